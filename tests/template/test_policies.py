"""Encryption, and what roles, key and topic allow: action by action, resource by resource."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from devstack.project import ROOT
from devstack.template import Consumer, as_list, consumers, resources, statements, target, template
from rust_sources import code

EACH = pytest.mark.parametrize("consumer", consumers(), ids=lambda consumer: consumer.name)

# Every star there is, by the policy's owner and the statement's Sid, with its reason.
STARS = {
    ("Key", "TheAccountGovernsItsKeyThroughIam"): "a key policy names its own key by *, and an account that may not do"
    " everything with its key may lose it",
    ("Key", "TheTopicDeliversToEncryptedQueues"): "a key policy names its own key by *",
    ("Key", "ProducersSendToTheIntakeQueue"): "a key policy names its own key by *",
    ("Key", "ThePartnerAdminSendsToThePartnersQueue"): "a key policy names its own key by *",
    ("Key", "ThePaymentSystemSendsToThePointsQueue"): "a key policy names its own key by *",
    ("EventsTopicPolicy", "NothingButQueuesSubscribe"): "a refusal, for everyone",
    ("EventsTopicPolicy", "NoQueueOfAnotherAccountSubscribes"): "a refusal, for everyone",
    **{
        (f"{queue}QueuePolicy", "NobodyElseSends"): "a refusal, for everyone but those whom it names"
        for queue in ("Partners", "Outcomes", "Deferred", "Points", "Notification", "Statistics", "Undelivered")
    },
    **{
        (f"{dead_letters}Policy", "NobodyElseSends"): "a refusal, for everyone but those whom it names"
        for consumer in consumers()
        for dead_letters in consumer.dead_letter_queues.values()
    },
    ("ReleaseRole", "MoveTheAlias"): "the function, and its alias after a colon",
    ("ReleaseRole", "SeeWhetherAnAlarmRings"): "a list of alarms has no ARN",
    ("NotificationRole", "Text"): "a phone number has no ARN: everything but what has one",
    ("NotificationRole", "Push"): "an endpoint is made for each device",
}


def policies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every policy statement of the template, with its owner."""
    for name, key in resources("KMS::Key").items():
        yield from ((name, statement) for statement in statements(key["KeyPolicy"]))
    for kind in ("SQS::QueuePolicy", "SNS::TopicPolicy"):
        for name, policy in resources(kind).items():
            yield from ((name, statement) for statement in statements(policy["PolicyDocument"]))
    for name, role in resources("IAM::Role").items():
        yield from ((name, statement) for statement in statements(role["AssumeRolePolicyDocument"]))
        for policy in role["Policies"]:
            yield from ((name, statement) for statement in statements(policy["PolicyDocument"]))


def of_role(consumer: Consumer) -> dict[str, dict[str, Any]]:
    """Sid → statement."""
    role = resources("IAM::Role")[f"{consumer.name}Role"]
    assert len(role["Policies"]) == 1 and "ManagedPolicyArns" not in role
    return {statement["Sid"]: statement for statement in statements(role["Policies"][0]["PolicyDocument"])}


def test_no_star_but_those_with_a_reason() -> None:
    parts = ("Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal")
    starred = {
        (owner, statement.get("Sid"))
        for owner, statement in policies()
        if "*" in str([statement.get(part) for part in parts])
    }
    assert starred == STARS.keys()


def test_everything_at_rest_is_under_the_key() -> None:
    for name, queue in resources("SQS::Queue").items():
        assert target(queue["KmsMasterKeyId"]) == "Key", name
        assert queue["KmsDataKeyReusePeriodSeconds"] == 3600, name
    assert target(resources("SNS::Topic")["EventsTopic"]["KmsMasterKeyId"]) == "Key"
    for name, table in resources("DynamoDB::Table").items():
        encryption = table["SSESpecification"]
        assert (encryption["SSEEnabled"], encryption["SSEType"]) == (True, "KMS"), name
        assert target(encryption["KMSMasterKeyId"]) == "Key", name
    assert resources("KMS::Key")["Key"]["EnableKeyRotation"] is True


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
    assert role.keys() == {"Log", "Consume", "Quarantine", "SetAside", "UseTheKeyForMessages"} | rest


@EACH
def test_a_function_is_told_the_topic_if_its_code_publishes(consumer: Consumer) -> None:
    assert consumer.publishes is ("events_topic(" in code(f"functions/{consumer.folder}/src"))


@EACH
def test_a_function_uses_the_key_through_the_services_and_as_each_of_them_needs(consumer: Consumer) -> None:
    role = of_role(consumer)
    messages = role["UseTheKeyForMessages"]
    assert target(messages["Resource"]) == "Key"
    assert messages["Condition"] == through("sqs", *(["sns"] if consumer.publishes else []))
    assert set(messages["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    if consumer.table:
        table = role["UseTheKeyThroughTheTable"]
        assert (target(table["Resource"]), table["Condition"]) == ("Key", through("dynamodb"))
        # What DynamoDB asks of the user of a table under a customer's key.
        rest = {"kms:DescribeKey", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"}
        assert set(table["Action"]) == set(messages["Action"]) | rest


def through(*services: str) -> dict[str, Any]:
    names = [{"Fn::Sub": f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}"} for service in services]
    return {"StringEquals": {"kms:ViaService": names if len(names) > 1 else names[0]}}


# What each method of `aws::Table` does, alone or in a transaction; `write` and `send_update` send what others build.
ACTIONS = {
    "get": "GetItem",
    "batch_get": "BatchGetItem",
    "query": "Query",
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


def test_the_key_serves_the_topic_of_this_account_alone() -> None:
    key = {s["Sid"]: s for s in statements(resources("KMS::Key")["Key"]["KeyPolicy"])}
    conditions = key["TheTopicDeliversToEncryptedQueues"]["Condition"]
    name = resources("SNS::Topic")["EventsTopic"]["TopicName"]["Fn::Sub"]
    assert conditions["ArnEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(f":${{AWS::AccountId}}:{name}")
    assert conditions.keys() == {"ArnEquals"}, "a key that a request does not bring refuses it, and every delivery with it"
    for sender in (
        "ProducersSendToTheIntakeQueue",
        "ThePartnerAdminSendsToThePartnersQueue",
        "ThePaymentSystemSendsToThePointsQueue",
    ):
        assert key[sender]["Condition"] == through("sqs")


def test_only_queues_of_this_account_and_of_the_listed_ones_subscribe() -> None:
    topic = {s["Sid"]: s for s in statements(resources("SNS::TopicPolicy")["EventsTopicPolicy"]["PolicyDocument"])}
    assert topic.keys() == {
        "TheAccountGovernsItsTopicThroughIam",
        "ListedAccountsSubscribe",
        "NothingButQueuesSubscribe",
        "NoQueueOfAnotherAccountSubscribes",
    }
    listed = topic["ListedAccountsSubscribe"]
    assert (listed["Principal"], listed["Action"]) == ({"AWS": {"Ref": "SubscriberAccounts"}}, "sns:Subscribe")
    # Two statements: the conditions of one are joined by "and", and either alone must refuse.
    for sid in ("NothingButQueuesSubscribe", "NoQueueOfAnotherAccountSubscribes"):
        assert (topic[sid]["Effect"], topic[sid]["Principal"], topic[sid]["Action"]) == ("Deny", "*", "sns:Subscribe")
    assert topic["NothingButQueuesSubscribe"]["Condition"] == {"StringNotEquals": {"sns:Protocol": "sqs"}}
    condition = topic["NoQueueOfAnotherAccountSubscribes"]["Condition"]["StringNotLike"]["sns:Endpoint"]
    own, *others = ("1" * 12, "2" * 12, "3" * 12)
    assert accounts_taken(condition, own, [""]) == {own}
    assert accounts_taken(condition, own, others) == {own, *others}
    assert accounts_taken(listed["Condition"]["StringLike"]["sns:Endpoint"], own, others) == {*others}


def accounts_taken(condition: dict[str, Any], own: str, listed: list[str]) -> set[str]:
    """The accounts whose queues fit a condition on the endpoint."""
    patterns = endpoint_patterns(condition, own, listed)
    queues = {account: f"arn:aws:sqs:ap-northeast-2:{account}:reviews" for account in ("1" * 12, "2" * 12, "3" * 12)}
    return {account for account, queue in queues.items() if any(fnmatchcase(queue, pattern) for pattern in patterns)}


def endpoint_patterns(split: dict[str, Any], account: str, listed: list[str]) -> list[str]:
    """The patterns of the allowed endpoints, as CloudFormation makes them of this account's id and the parameter."""
    separator, joined = split["Fn::Split"]
    text, variables = joined["Fn::Sub"]
    delimiter, parameter = variables["Listed"]["Fn::Join"]
    assert parameter == {"Ref": "SubscriberAccounts"}
    return text.replace("${AWS::AccountId}", account).replace("${Listed}", delimiter.join(listed)).split(separator)


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


def test_nothing_is_tied_to_one_partition_of_aws() -> None:
    """In China ARNs begin otherwise, and domains end otherwise; services as principals are called the same."""
    text = re.sub(r"^ *AllowedPattern: .*|Service: (sns|lambda|codedeploy)\.amazonaws\.com$", "", (ROOT / "template.yaml").read_text(), flags=re.M)
    assert re.findall(r".*(?:arn:aws|amazonaws).*", text) == []


def test_no_resource_brings_a_policy_of_another_kind() -> None:
    kinds = {body["Type"] for body in template()["Resources"].values()}
    known = {"AWS::IAM::Role", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"}
    assert {kind for kind in kinds if "Policy" in kind or "IAM" in kind or "Permission" in kind} == known
