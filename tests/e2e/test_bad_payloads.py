"""What is wrong with a payload, not with a message: only calling the deployed functions past their queues can show it."""

import json
import uuid
from typing import Any

import pytest
from bad_input import Drafts
from devstack.clients.stack import Stack
from devstack.events import compact
from devstack.waiting import until
from sandbox import Sandbox

QUEUES = {"matching": "Intake", "points": "Points", "notification": "Notification", "statistics": "Statistics"}


@pytest.fixture(scope="module")
def drafts(stack: Stack) -> Drafts:
    sandbox = Sandbox(stack)
    return Drafts(sandbox, sandbox.partner("p", capacity=10_000, fee=1, points=1_000_000))


def record(stack: Stack, function: str, body: str, **members: Any) -> dict[str, Any]:
    """A record of this function's first queue."""
    name = stack.queue(QUEUES[function]).rsplit("/", 1)[1]
    arn = stack.topic.replace(":sns:", ":sqs:").rsplit(":", 1)[0] + ":" + name
    made: dict[str, Any] = {
        "messageId": str(uuid.uuid4()),
        "receiptHandle": "AQEB",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": "payloads"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": stack.region,
    }
    return made | members


def answer(stack: Stack, function: str, payload: Any) -> Any:
    answered = stack.invoke(function, json.dumps(payload))
    assert "FunctionError" not in answered, payload
    return json.load(answered["Payload"])


@pytest.mark.parametrize("function", QUEUES)
@pytest.mark.parametrize(("body", "reason"), [("", "not_an_envelope"), ("\0", "not_json"), ('{"id":"\0"}', "not_json")])
def test_a_body_that_sqs_does_not_take_is_quarantined(stack: Stack, function: str, body: str, reason: str) -> None:
    bad = record(stack, function, body)
    assert answer(stack, function, {"Records": [bad]}) == {"batchItemFailures": []}
    quarantined = stack.quarantine.quarantined(bad["messageId"])
    assert (quarantined["reason"], quarantined["body"]) == (reason, body)


ODD_BUT_TAKEN = [
    {"attributes": {}},
    {"attributes": None},
    {"attributes": {"ApproximateReceiveCount": "many"}},
    {"attributes": {"ApproximateReceiveCount": ""}},
    {"attributes": {"ApproximateReceiveCount": 3}},
    {"attributes": {"ApproximateReceiveCount": None, "AWSTraceHeader": None, "SentTimestamp": 1772410624000}},
    {"messageAttributes": None},
    {"messageAttributes": {"a": None}},
    {"messageAttributes": {"a": {"dataType": "String", "stringValue": "x", "stringListValues": None}}},
    {"messageAttributes": {"a": {"dataType": "Binary", "binaryValue": "no base64!"}}},
    {"md5OfBody": None, "awsRegion": None, "receiptHandle": None, "later": [1]},
]


@pytest.mark.parametrize("odd", ODD_BUT_TAKEN, ids=json.dumps)
def test_what_is_nearly_an_event_of_sqs_is_taken(stack: Stack, drafts: Drafts, odd: dict[str, Any]) -> None:
    bad, good, purchase = drafts.purchase(), drafts.purchase(), drafts.purchase()
    records = [record(stack, "points", compact(good)), record(stack, "points", compact(purchase), **odd)]
    records.append(record(stack, "points", compact(bad)[:-9]))
    assert answer(stack, "points", {"Records": records}) == {"batchItemFailures": []}
    for taken in (good, purchase):
        drafts.had_effect(taken)
    assert stack.quarantine.quarantined(records[2]["messageId"])


@pytest.mark.parametrize("function", QUEUES)
@pytest.mark.parametrize("named", [{}, {"messageId": None}, {"messageId": ""}], ids=json.dumps)
def test_without_a_message_id_the_whole_invocation_fails(stack: Stack, function: str, named: dict[str, Any]) -> None:
    """Before anything is handled: else the first record were in quarantine."""
    first, nameless = record(stack, function, "{}"), record(stack, function, "{}")
    del nameless["messageId"]
    quarantine = stack.quarantine
    failed = stack.invoke(function, json.dumps({"Records": [first, nameless | named]}))
    assert failed["FunctionError"]
    until(lambda: stack.waiting("Quarantine") == 0, "the quarantine queue is read")
    assert [event for event in quarantine.events() if event["data"]["messageId"] == first["messageId"]] == []


NO_SQS_EVENTS = [
    {},
    [],
    {"Records": None},
    {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": "{}"}}]},
    {"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": "k"}}}]},
    {"httpMethod": "POST", "body": "{}"},
]


@pytest.mark.parametrize("function", QUEUES)
@pytest.mark.parametrize("payload", NO_SQS_EVENTS, ids=json.dumps)
def test_another_event_than_sqs_s_fails_and_says_what_was_expected(stack: Stack, function: str, payload: Any) -> None:
    failed = stack.invoke(function, json.dumps(payload))
    assert failed["FunctionError"]
    assert "SQS" in json.load(failed["Payload"])["errorMessage"]
