"""`matchflow doctor` against the deployed stack: it is well, and each setting that is broken is found and mended by the command that is shown."""

import json
import shlex
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from devstack.clients.stack import Stack
from devstack.waiting import until
from operating import matchflow, run
from rights import queue_arn

pytestmark = pytest.mark.usefixtures("as_deployed")
WARNING, SERIOUS = 1, 2


def findings(expect: int | None = None) -> dict[str, dict[str, str]]:
    """What is found, by code."""
    return {finding["code"]: finding for finding in matchflow("doctor", expect=expect)["findings"]}


@dataclass(frozen=True)
class Broken:
    """A setting that is broken: what is found then, how bad that is, and the call that breaks it."""

    code: str
    severity: int
    service: str
    operation: str
    parameters: Callable[[Stack], dict[str, Any]]


def of_queue(code: str, severity: int, queue: str, **attributes: str) -> Broken:
    return Broken(code, severity, "sqs", "set_queue_attributes", lambda stack: {"QueueUrl": stack.queue(queue), "Attributes": attributes})


def of_redrive(code: str, severity: int, dead_letters: str, receives: int) -> Broken:
    def parameters(stack: Stack) -> dict[str, Any]:
        policy = {"deadLetterTargetArn": queue_arn(stack, dead_letters), "maxReceiveCount": receives}
        return {"QueueUrl": stack.queue("Points"), "Attributes": {"RedrivePolicy": json.dumps(policy)}}

    return Broken(code, severity, "sqs", "set_queue_attributes", parameters)


def of_mapping(code: str, severity: int, queue: str, **members: Any) -> Broken:
    return Broken(code, severity, "lambda", "update_event_source_mapping", lambda stack: {"UUID": mapping(stack, queue)["UUID"]} | members)


def of_subscription(code: str, severity: int, queue: str, attribute: str, value: str) -> Broken:
    def parameters(stack: Stack) -> dict[str, Any]:
        return {"SubscriptionArn": subscription(stack, queue), "AttributeName": attribute, "AttributeValue": value}

    return Broken(code, severity, "sns", "set_subscription_attributes", parameters)


def of_function(code: str, severity: int, operation: str, **members: Any) -> Broken:
    return Broken(code, severity, "lambda", operation, lambda stack: {"FunctionName": stack.function("points")} | members)


def of_key(code: str, severity: int, operation: str) -> Broken:
    return Broken(code, severity, "kms", operation, lambda stack: {"KeyId": stack.outputs["KeyArn"]})


def of_policy(code: str, severity: int, queue: str, account: str, action: str) -> Broken:
    def parameters(stack: Stack) -> dict[str, Any]:
        return {"QueueUrl": stack.queue(queue), "Label": "trying-it", "AWSAccountIds": [account], "Actions": [action]}

    return Broken(code, severity, "sqs", "add_permission", parameters)


def mapping(stack: Stack, queue: str) -> dict[str, Any]:
    (found,) = stack.client("lambda").list_event_source_mappings(EventSourceArn=queue_arn(stack, queue))["EventSourceMappings"]
    return dict(found)


def subscription(stack: Stack, queue: str) -> str:
    listed = stack.sns.list_subscriptions_by_topic(TopicArn=stack.topic)["Subscriptions"]
    (arn,) = [one["SubscriptionArn"] for one in listed if one["Endpoint"] == queue_arn(stack, queue)]
    return str(arn)


PUBLISHES = {"Label": "trying-it", "AWSAccountId": ["222233334444"], "ActionName": ["Publish"]}
BROKEN = [
    of_queue("visibility-too-short", WARNING, "Points", VisibilityTimeout="179"),
    of_queue("retention-too-short", SERIOUS, "PointsDeadLetter", MessageRetentionPeriod="345600"),
    of_queue("messages-too-small", SERIOUS, "Quarantine", MaximumMessageSize="1024"),
    of_queue("delay-differs", WARNING, "Deferred", DelaySeconds="3"),
    of_queue("deduplication-differs", SERIOUS, "Intake", ContentBasedDeduplication="false"),
    of_queue("throughput-limited", WARNING, "Outcomes", FifoThroughputLimit="perQueue"),
    of_queue("dead-letters-refused", SERIOUS, "PointsDeadLetter", RedriveAllowPolicy='{"redrivePermission":"denyAll"}'),
    of_queue("not-encrypted", WARNING, "Points", KmsMasterKeyId=""),
    of_queue("key-differs", SERIOUS, "Points", KmsMasterKeyId="alias/aws/sqs"),
    of_policy("policy-foreign", SERIOUS, "Outcomes", "222233334444", "SendMessage"),
    Broken("policy-foreign", SERIOUS, "sns", "add_permission", lambda stack: {"TopicArn": stack.topic} | PUBLISHES),
    of_key("key-unusable", SERIOUS, "disable_key"),
    of_key("key-not-rotated", WARNING, "disable_key_rotation"),
    of_redrive("receive-count-differs", WARNING, "PointsDeadLetter", 19),
    of_redrive("redrive-policy-differs", SERIOUS, "Undelivered", 20),
    of_mapping("mapping-disabled", SERIOUS, "Points", Enabled=False),
    of_mapping("mapping-without-partial-batches", SERIOUS, "Points", FunctionResponseTypes=[]),
    of_mapping("mapping-filters", SERIOUS, "Intake", FilterCriteria={"Filters": [{"Pattern": '{"body":{"type":["request.submitted"]}}'}]}),
    of_mapping("mapping-differs", WARNING, "Points", BatchSize=1),
    of_mapping("mapping-differs", WARNING, "Notification", ScalingConfig={"MaximumConcurrency": 2}),
    of_subscription("subscription-filter-differs", SERIOUS, "Outcomes", "FilterPolicy", '{"eventType":["points.deducted"]}'),
    of_subscription("subscription-filter-differs", SERIOUS, "Statistics", "FilterPolicy", '{"eventType":["points.deducted"]}'),
    of_subscription("subscription-not-raw", WARNING, "Notification", "RawMessageDelivery", "false"),
    of_subscription("subscription-without-undelivered", SERIOUS, "Deferred", "RedrivePolicy", "{}"),
    of_function("function-stopped", SERIOUS, "put_function_concurrency", ReservedConcurrentExecutions=0),
    of_function("concurrency-too-low", WARNING, "put_function_concurrency", ReservedConcurrentExecutions=49),
    of_function("timeout-differs", WARNING, "update_function_configuration", Timeout=10),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.code)
def test_a_broken_setting_is_found_and_mended_by_the_command_that_is_shown(stack: Stack, broken: Broken) -> None:
    assert findings() == {}
    getattr(stack.client(broken.service), broken.operation)(**broken.parameters(stack))
    try:
        found = findings(expect=broken.severity)
        assert found.keys() == {broken.code}
        mend(stack, found[broken.code]["mend"])
        until(lambda: findings() == {}, "what was broken is mended")
    except BaseException:
        for finding in findings().values():  # so that the tests behind this one find the stack as it was
            mend(stack, finding["mend"])
        raise


def mend(stack: Stack, command: str) -> None:
    """Runs a command that was shown: one of this program's, or one of the AWS CLI's, by the client of its service."""
    words = shlex.split(command)
    if words[0] == "matchflow":
        run(*words[1:], expect=0)
        return
    _, service, operation, *options = words
    named = dict(zip(options[::2], options[1::2], strict=True))
    assert named.keys() == {"--region", "--endpoint-url", "--cli-input-json"}
    assert (named["--region"], named["--endpoint-url"]) == (stack.region, stack.endpoint)
    getattr(stack.client(service), operation.replace("-", "_"))(**json.loads(named["--cli-input-json"]))


def test_the_deployed_stack_is_well(stack: Stack) -> None:
    answer = matchflow("doctor", expect=0)
    assert (answer["stack"], answer["findings"]) == (stack.name, [])
    assert answer["checks"] > 200
    text = run("doctor", expect=0).stdout
    assert text.startswith(f"well: {answer['checks']} checks")
    assert f"{len(answer['notCheckedLocally'])} groups of settings not checked" in text


def test_a_queue_without_its_policy_is_found_open_and_closed_to_the_topic(stack: Stack) -> None:
    url = stack.queue("Notification")
    policy = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]
    stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    try:
        found = findings(expect=SERIOUS)
        text = run("doctor", expect=SERIOUS).stdout
    finally:
        stack.sqs.set_queue_attributes(QueueUrl=url, Attributes=policy)
    assert found.keys() == {"queue-open", "topic-may-not-send"}
    assert "docs/reference/doctor.md#queue-open" in text
    assert findings() == {}


def test_whom_a_queues_policy_lets_in_is_named(stack: Stack) -> None:
    url = stack.queue("Intake")  # which has no policy where no producers are named
    before = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {}).get("Policy", "")
    role = "arn:aws:iam::222233334444:role/producer"
    sends = {"Sid": "ProducersSend", "Effect": "Allow", "Principal": {"AWS": role}, "Action": "sqs:SendMessage"}
    takes = sends | {"Sid": "Takes", "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"]}
    document = {"Version": "2012-10-17", "Statement": [sends, takes]}
    stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(document)})
    try:
        answer = matchflow("doctor", expect=SERIOUS)["findings"]
    finally:
        stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": before})
    assert [(finding["code"], finding["what"]) for finding in answer] == [
        ("policy-foreign", f"the policy of intake.fifo allows {role} sqs:ReceiveMessage, sqs:DeleteMessage (statement Takes)")
    ]
    assert findings() == {}


def test_a_key_that_waits_for_its_deletion_is_kept_and_enabled(stack: Stack) -> None:
    stack.client("kms").schedule_key_deletion(KeyId=stack.outputs["KeyArn"], PendingWindowInDays=30)
    for operation in ("cancel-key-deletion", "enable-key"):
        found = findings(expect=SERIOUS)
        assert found.keys() == {"key-unusable"}
        assert f"aws kms {operation} " in found["key-unusable"]["mend"]
        mend(stack, found["key-unusable"]["mend"])
    assert findings() == {}


def test_a_key_that_there_is_not_is_found(stack: Stack) -> None:
    urls = [stack.queue(name) for name in stack.queues()]
    kept = {url: stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["KmsMasterKeyId"])["Attributes"] for url in urls}
    gone = {"KmsMasterKeyId": f"{stack.outputs['KeyArn'].rpartition('/')[0]}/{uuid.uuid4()}"}
    try:
        for url in kept:
            stack.sqs.set_queue_attributes(QueueUrl=url, Attributes=gone)
        found = findings(expect=SERIOUS)
    finally:
        for url, attributes in kept.items():
            stack.sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    assert found.keys() == {"key-missing"}
    assert found["key-missing"]["what"] == f"the key {gone['KmsMasterKeyId']} does not exist"
    assert findings() == {}


def test_a_key_whose_policy_lets_in_others_than_account_and_topic_is_found(stack: Stack) -> None:
    kms, key = stack.client("kms"), {"KeyId": stack.outputs["KeyArn"], "PolicyName": "default"}
    policy = kms.get_key_policy(**key)["Policy"]
    foreign = {"Sid": "Reads", "Effect": "Allow", "Principal": {"AWS": "222233334444"}, "Action": "kms:Decrypt", "Resource": "*"}
    kms.put_key_policy(**key, Policy=json.dumps({"Version": "2012-10-17", "Statement": [foreign]}))
    try:
        found = findings(expect=SERIOUS)
    finally:
        kms.put_key_policy(**key, Policy=policy)
    assert found.keys() == {"account-may-not-use-key", "topic-may-not-use-key", "policy-foreign"}
    assert found["policy-foreign"]["what"] == "the policy of the key allows 222233334444 kms:Decrypt (statement Reads)"
    assert findings() == {}


def test_what_is_paused_by_an_operator_is_no_finding(stack: Stack) -> None:
    matchflow("pause", "statistics", "--why", "trying it")
    try:
        assert findings() == {}
    finally:
        matchflow("resume", "statistics")


def test_what_cannot_be_read_is_said_and_the_rest_is_checked(stack: Stack) -> None:
    """Asked for as a stack on AWS, of which the engine does not have everything: its differences are found."""
    answer = matchflow("doctor", "--stack", stack.name, expect=SERIOUS)
    unread = [finding["what"] for finding in answer["findings"] if finding["code"] == "not-checked"]
    assert any(what.startswith("not checked: the sandbox for text messages: ") for what in unread)
    severities = [finding["severity"] for finding in answer["findings"]]
    assert severities == sorted(severities), "the worst first"
    assert {"chains-are-stopped", "function-missing", "topic-open", "mapping-past-the-alias"} <= {finding["code"] for finding in answer["findings"]}
    assert answer["checks"] > 200 and answer["notCheckedLocally"] == []
