"""`matchflow doctor` against the deployed stack: it is well, and each setting that is broken is found and mended by the command that is shown."""

import json
import uuid
from typing import Any

import pytest
from devstack.clients.stack import Stack
from doctoring import SERIOUS, WARNING, Broken, findings, is_found_and_mended, mend
from operating import matchflow, run
from rights import queue_arn

pytestmark = pytest.mark.usefixtures("as_deployed")


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


def mapping(stack: Stack, queue: str) -> dict[str, Any]:
    (found,) = stack.client("lambda").list_event_source_mappings(EventSourceArn=queue_arn(stack, queue))["EventSourceMappings"]
    return dict(found)


def subscription(stack: Stack, queue: str) -> str:
    listed = stack.sns.list_subscriptions_by_topic(TopicArn=stack.topic)["Subscriptions"]
    (arn,) = [one["SubscriptionArn"] for one in listed if one["Endpoint"] == queue_arn(stack, queue)]
    return str(arn)


OF_ANOTHER_ACCOUNT = {"Protocol": "sqs", "Endpoint": "arn:aws:sqs:ap-northeast-2:222233334444:theirs"}
BY_MAIL = {"Protocol": "email", "Endpoint": "you@example.com"}
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
    Broken("subscription-foreign", SERIOUS, "sns", "subscribe", lambda stack: {"TopicArn": stack.topic} | OF_ANOTHER_ACCOUNT),
    Broken("subscription-foreign", SERIOUS, "sns", "subscribe", lambda stack: {"TopicArn": stack.topic} | BY_MAIL),
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
    is_found_and_mended(stack, broken)


def test_the_deployed_stack_is_well(stack: Stack) -> None:
    answer = matchflow("doctor", expect=0)
    assert (answer["stack"], answer["findings"]) == (stack.name, [])
    assert answer["checks"] > 200
    text = run("doctor", expect=0).stdout
    assert text.startswith(f"well: {answer['checks']} checks")
    assert f"{len(answer['notCheckedLocally'])} groups of settings not checked" in text


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
