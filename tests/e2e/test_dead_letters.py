"""A record that keeps failing is set aside with its cause, what it held back goes through, and it can be put back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from devstack.clients.stack import Stack
from devstack.events import derived, envelope, match_id
from devstack.function_settings import with_variables
from devstack.project import CONTRACT
from devstack.waiting import until
from operating import run
from rights import queue_arn
from sandbox import Sandbox


@pytest.fixture
def points_sets_aside_early(stack: Stack) -> Iterator[None]:
    """Points believes that its queues deliver a message three times, and sets it aside on the second receive; SQS itself moves it later."""
    with with_variables(stack, {"points": {"MAX_RECEIVE_COUNT": "3"}}):
        yield


def test_a_purchase_that_keeps_failing_is_set_aside_and_the_charges_behind_it_go_through(
    stack: Stack, sandbox: Sandbox, points_sets_aside_early: None
) -> None:
    partner = sandbox.partner("p", points=1_000)
    body, unreadable = failing_purchase(stack, sandbox, partner)
    stack.send("Points", body, partner, {"note": {"DataType": "Binary.x", "BinaryValue": b"\0\xff"}})

    requests = sandbox.requests("r1", "r2", "r3")
    for request in requests:
        sandbox.one("points.deducted", requestId=request)
    (dead_letter,) = until(lambda: dead_letters(stack, "PointsDeadLetter", sandbox.tag), "the purchase in the dead-letter queue")
    attributes = dead_letter["MessageAttributes"]
    assert dead_letter["Body"] == body
    assert dead_letter["Attributes"]["MessageGroupId"] == partner
    assert attributes["note"] == {"DataType": "Binary.x", "BinaryValue": b"\0\xff"}
    assert attributes["receives"]["StringValue"] == "2"
    assert attributes["failure"]["StringValue"].startswith("a stored item cannot be read: ")
    sandbox.none("points.credited", purchaseId=f"bad-{sandbox.tag}")

    put_back(f"bad-{sandbox.tag}", ended="failsAgain")
    stack.dynamodb.delete_item(TableName=stack.table("Ledger"), Key=unreadable)
    put_back(f"bad-{sandbox.tag}")
    credited = sandbox.one("points.credited", purchaseId=f"bad-{sandbox.tag}")
    assert credited["data"]["points"] == 7


def test_sqs_moves_what_its_function_did_not_set_aside(stack: Stack, sandbox: Sandbox) -> None:
    """The queue there refuses everybody but the function and operators: SQS is neither, and has no need to be."""
    body, unreadable = failing_purchase(stack, sandbox, sandbox.group)
    with moved_after(1, stack, "Points"):
        stack.send("Points", body, sandbox.group)
        (dead_letter,) = until(lambda: dead_letters(stack, "PointsDeadLetter", sandbox.tag), "the purchase in the dead-letter queue")
    assert dead_letter["Attributes"]["DeadLetterQueueSourceArn"] == queue_arn(stack, "Points")
    assert "MessageAttributes" not in dead_letter
    stack.dynamodb.delete_item(TableName=stack.table("Ledger"), Key=unreadable)
    stack.sqs.delete_message(QueueUrl=stack.queue("PointsDeadLetter"), ReceiptHandle=dead_letter["ReceiptHandle"])


def test_matchings_dead_letters_go_back_to_the_queues_of_their_types(stack: Stack, sandbox: Sandbox) -> None:
    request, unknown = f"r-{sandbox.tag}", f"unknown-{sandbox.tag}"
    set_aside(stack, "request.submitted", sandbox.submission(request), "dynamodb:GetItem: Throttled", {})
    set_aside(stack, "request.deferred", deferral(unknown), "dynamodb:GetItem: Throttled", {"eventType": "request.deferred"})
    put_back(request)
    put_back(unknown, ended=None)
    sandbox.one("request.unmatched", requestId=request)
    quarantined = stack.quarantine.quarantined(unknown)
    assert quarantined["queueArn"].endswith("-deferred.fifo"), "quarantined for its request, which does not exist"
    assert quarantined["messageAttributes"].keys() == {"eventType"}


@pytest.mark.parametrize("failure", ["not quarantined as breaks_contract: sqs:SendMessage: Throttled", ""])
def test_a_forged_event_that_could_not_be_quarantined_does_not_get_onto_a_trusted_queue(stack: Stack, sandbox: Sandbox, failure: str) -> None:
    set_aside(stack, "request.deferred", deferral(sandbox.tag), failure, {"eventType": "request.deferred"})
    put_back(sandbox.tag, ended=None)
    assert stack.quarantine.quarantined(sandbox.tag)["queueArn"].endswith("-intake.fifo")


def test_a_standard_queues_dead_letters_go_back_to_it(stack: Stack, sandbox: Sandbox) -> None:
    request = f"r-{sandbox.tag}"
    golden = json.loads((CONTRACT / "golden/points.deducted.json").read_text())["data"]
    charge = golden | {"requestId": request, "matchId": match_id(request, 1), "partnerId": sandbox.tag, "category": sandbox.category}
    stack.sqs.send_message(
        QueueUrl=stack.queue("StatisticsDeadLetter"),
        MessageBody=json.dumps(envelope("points.deducted", charge, id=derived("points.deducted", charge["transferId"]))),
        MessageAttributes={"failure": {"DataType": "String", "StringValue": "dynamodb:GetItem: Throttled"}},
    )
    put_back(request)
    (kept,) = until(lambda: stack.query("Statistics", f"request#{request}"), "the charge among the statistics")
    assert kept["type"] == "points.deducted"


def failing_purchase(stack: Stack, sandbox: Sandbox, partner: str) -> tuple[str, dict[str, Any]]:
    """A purchase that fails each time, and the item that it fails for: what is stored of it cannot be read."""
    unreadable = {"pk": {"S": f"purchase#bad-{sandbox.tag}"}, "sk": {"S": "decision"}}
    stack.dynamodb.put_item(TableName=stack.table("Ledger"), Item=unreadable)
    purchase = envelope("points.purchased", {"purchaseId": f"bad-{sandbox.tag}", "partnerId": partner, "points": 7})
    return json.dumps(purchase), unreadable


@contextmanager
def moved_after(receives: int, stack: Stack, queue: str) -> Iterator[None]:
    """SQS itself moves what was received that often; the function would set it aside later."""
    url, name = stack.queue(queue), "RedrivePolicy"
    before = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
    stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={name: json.dumps(json.loads(before) | {"maxReceiveCount": receives})})
    try:
        yield
    finally:
        stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={name: before})


def deferral(request: str) -> dict[str, Any]:
    return {"requestId": request, "attempt": 1, "retryAt": "2026-01-01T00:01:00Z"}


def set_aside(stack: Stack, event_type: str, data: dict[str, Any], failure: str, attributes: dict[str, str]) -> None:
    """Puts a message into matching's dead-letter queue, as matching does."""
    texts = attributes | ({"failure": failure, "receives": "19"} if failure else {})
    stack.sqs.send_message(
        QueueUrl=stack.queue("MatchingDeadLetter"),
        MessageBody=json.dumps(envelope(event_type, data)),
        MessageGroupId=data["requestId"],
        MessageDeduplicationId=data["requestId"],
        MessageAttributes={name: {"DataType": "String", "StringValue": text} for name, text in texts.items()},
    )


def dead_letters(stack: Stack, queue: str, text: str) -> list[dict[str, Any]]:
    """The dead letters that hold this text; they stay where they are."""
    answer = stack.sqs.receive_message(
        QueueUrl=stack.queue(queue),
        MaxNumberOfMessages=10,
        VisibilityTimeout=0,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["MessageGroupId", "DeadLetterQueueSourceArn"],
    )
    return [message for message in answer.get("Messages", []) if text in message["Body"]]


def put_back(chosen: str, ended: str | None = "done") -> None:
    """As docs/do/redrive.md says. How it ends is left open where the record fails again and is quarantined: another reader takes it
    from there."""
    patience = () if ended else ("--patience", "1")
    outcome = run("redrive", chosen, "--execute", "--json", *patience)
    redriven = json.loads(outcome.stdout)
    assert redriven["putBack"] == 1, redriven
    assert redriven["ended"] == (ended or redriven["ended"])
    assert outcome.returncode == int(redriven["ended"] != "done")
