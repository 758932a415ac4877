"""What each role allows: action by action, resource by resource."""

import re

import pytest
from devstack.template import Consumer, as_list, consumers, resources, statements, target, template
from policies import of_role
from rust_sources import code

EACH = pytest.mark.parametrize("consumer", consumers(), ids=lambda consumer: consumer.name)


@EACH
def test_a_function_consumes_its_own_queues_and_sends_to_quarantine_and_its_dead_letter_queues_alone(consumer: Consumer) -> None:
    role = of_role(consumer)
    assert {target(queue) for queue in role["Consume"]["Resource"]} == set(consumer.queues)
    assert set(role["Consume"]["Action"]) == {
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
    }
    sending = {sid: s for sid, s in role.items() if "sqs:SendMessage" in as_list(s["Action"])}
    resources = {sid: {target(queue) for queue in as_list(s["Resource"])} for sid, s in sending.items()}
    assert resources == {"Quarantine": {"QuarantineQueue"}, "SetAside": set(consumer.dead_letter_queues.values())}
    assert all(s["Action"] == "sqs:SendMessage" for s in sending.values())


@EACH
def test_a_function_reaches_its_own_table_and_log_and_the_topic_if_it_publishes(consumer: Consumer) -> None:
    role = of_role(consumer)
    if consumer.table:
        assert target(role["State"]["Resource"]) == consumer.table
    assert target(role["Log"]["Resource"]) == f"{consumer.name}LogGroup"
    rest = {"State", "UseTheKeyThroughTheTable"} if consumer.table else set()
    if consumer.publishes:
        rest |= {"Publish"}
        assert (role["Publish"]["Action"], target(role["Publish"]["Resource"])) == ("sns:Publish", "EventsTopic")
    rest |= {"Text", "Push"} if consumer.name == "Notification" else set()
    assert role.keys() == {"Log", "Trace", "Consume", "Quarantine", "SetAside", "UseTheKeyForMessages"} | rest


@EACH
def test_a_function_may_send_traces_to_x_ray_where_it_is_told_to(consumer: Consumer) -> None:
    """The daemon beside it sends them with the function's role."""
    (policy,) = resources("IAM::Role")[f"{consumer.name}Role"]["Policies"]
    (conditional,) = (s["Fn::If"] for s in policy["PolicyDocument"]["Statement"] if "Fn::If" in s)
    assert (conditional[0], conditional[2]) == ("HasTraces", {"Ref": "AWS::NoValue"})
    assert conditional[1] == of_role(consumer)["Trace"]
    assert conditional[1]["Action"] == ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]


@EACH
def test_a_function_is_told_the_topic_if_its_code_publishes(consumer: Consumer) -> None:
    assert consumer.publishes is ("events_topic(" in code(f"functions/{consumer.folder}/src"))


# What each method of `aws::Table` does, alone or in a transaction; `write` and `send_update` send what others build.
ACTIONS = {
    "get": "GetItem",
    "batch_get": "BatchGetItem",
    "query": "Query",
    "query_between": "Query",
    "query_last": "Query",
    "is_empty": "Scan",
    "put": "PutItem",
    "put_new": "PutItem",
    "update": "UpdateItem",
    "delete": "DeleteItem",
    "check_absent": "ConditionCheckItem",
    "write": None,
    "send_update": None,
    "send_update_returning_old": None,
}


@pytest.mark.parametrize("consumer", [consumer for consumer in consumers() if consumer.table], ids=lambda consumer: consumer.name)
def test_a_function_may_do_with_its_table_what_its_code_does(consumer: Consumer) -> None:
    store = code(f"functions/{consumer.folder}/src/store")
    done = {ACTIONS[call] for call in re.findall(r"\btable\s*\.(\w+)\(", store)} - {None}
    assert set(of_role(consumer)["State"]["Action"]) == {f"dynamodb:{action}" for action in done}


def test_codedeploy_may_move_the_aliases_and_see_alarms_and_no_more() -> None:
    policy = template()["Resources"]["ReleaseRole"]
    assert policy["Condition"] == "IsGradual" and "ManagedPolicyArns" not in policy["Properties"]
    (trust,) = statements(policy["Properties"]["AssumeRolePolicyDocument"])
    assert trust["Principal"] == {"Service": "codedeploy.amazonaws.com"}
    moving, seeing = statements(policy["Properties"]["Policies"][0]["PolicyDocument"])
    assert set(moving["Action"]) == {"lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"}
    assert {resource["Fn::Sub"] for resource in moving["Resource"]} == {f"${{{consumer.name}Function.Arn}}*" for consumer in consumers()}
    assert seeing["Action"] == "cloudwatch:DescribeAlarms"


def test_texts_go_out_in_the_stacks_region_alone() -> None:
    """Else the role could send them where neither the spending quota nor the success rate of this region sees them."""
    (notification,) = (consumer for consumer in consumers() if consumer.name == "Notification")
    assert of_role(notification)["Text"]["Condition"] == {"StringEquals": {"aws:RequestedRegion": {"Ref": "AWS::Region"}}}


def test_sns_writes_to_the_log_of_failed_deliveries_that_the_template_makes() -> None:
    (log,) = statements(resources("IAM::Role")["DeliveryLogRole"]["Policies"][0]["PolicyDocument"])
    assert (set(log["Action"]), target(log["Resource"])) == ({"logs:CreateLogStream", "logs:PutLogEvents"}, "DeliveryFailuresLogGroup")
