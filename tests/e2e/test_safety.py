"""What must not happen: a second effect, a lost record, a blocked group, a phone number in a log."""

import json
import time
import uuid

from devstack.clients.stack import Stack
from devstack.events import envelope
from devstack.waiting import until
from sandbox import Sandbox


def test_the_same_request_twice_is_one_match_one_charge_one_text(stack: Stack, sandbox: Sandbox) -> None:
    sandbox.partner("p", capacity=9, points=1_000)
    request = sandbox.request("r")
    sandbox.one("notification.sent", requestId=request)
    sandbox.request("r")  # a producer's retry: fresh envelope id and time
    sandbox.marker()

    sandbox.one("request.matched", requestId=request)
    sandbox.one("points.deducted", requestId=request)
    sandbox.one("notification.sent", requestId=request)
    assert len(sandbox.texts()) == 2


def test_the_same_purchase_twice_is_credited_once(sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=100)
    for _ in range(2):
        sandbox.stack.emit("points.purchased", {"purchaseId": f"twice-{sandbox.tag}", "partnerId": partner, "points": 5}, partner)
    assert sandbox.buy(partner, 10)["data"]["balance"] == 115


def test_a_record_that_fails_comes_back_alone_and_is_told_once(stack: Stack, sandbox: Sandbox) -> None:
    """Another process seems to be telling this request's decision: its record fails until that lease is over."""
    sandbox.partner("p", points=1_000)
    held, free = f"held-{sandbox.tag}", f"free-{sandbox.tag}"
    lease_until = int((time.time() + 10) * 1000)
    lease = {"pk": {"S": f"request#{held}"}, "sk": {"S": "told"}, "attempt": {"N": "1"}, "leaseUntil": {"N": str(lease_until)}}
    stack.dynamodb.put_item(TableName=stack.table("Notification"), Item=lease)
    sandbox.request("held")
    sandbox.request("free")

    sandbox.one("notification.sent", requestId=free)
    sandbox.one("notification.sent", requestId=held)
    assert time.time() * 1000 > lease_until
    assert len(sandbox.texts()) == 2


def test_no_log_line_shows_a_phone_number_an_endpoint_or_details(stack: Stack, sandbox: Sandbox) -> None:
    sandbox.partner("p", points=1_000)
    device = str(uuid.uuid4())
    gone = stack.endpoint_arn(f"endpoint/GCM/app/{device}")
    customer = {"id": sandbox.group, "phone": sandbox.phone, "pushEndpointArn": gone}
    request = sandbox.request("r", customer=customer)
    bad = envelope("request.submitted", sandbox.submission(request) | {"customer": customer, "region": 1})
    message_id = stack.send("Intake", json.dumps(bad), sandbox.group)
    sandbox.one("notification.sent", requestId=request)

    def told() -> bool:
        """What is logged of these two: the bad record, and the push that was refused."""
        lines = logs(stack)
        return any(message_id in line for line in lines) and any("SNS refused the message" in line and request in line for line in lines)

    until(told, "the functions' logs")
    for secret in (sandbox.phone, sandbox.phone.removeprefix("+"), device, f"secret-{sandbox.tag}"):
        assert not [line for line in logs(stack) if secret in line]


def logs(stack: Stack) -> list[str]:
    """Every log line of this stack's functions."""
    client = stack.client("logs")
    groups = [g["logGroupName"] for page in client.get_paginator("describe_log_groups").paginate() for g in page["logGroups"]]
    pages = (page for g in groups for page in client.get_paginator("filter_log_events").paginate(logGroupName=g))
    return [event["message"] for page in pages for event in page["events"]]


def test_every_request_of_a_small_burst_reaches_a_final_state_and_the_ledger_adds_up(stack: Stack, sandbox: Sandbox) -> None:
    partners = [sandbox.partner(f"p{n}", capacity=4, fee=100, points=350) for n in range(3)]
    requests = [sandbox.request(f"r{n}") for n in range(12)]

    def is_final(request: str) -> bool:
        ends = stack.listener.events(None, lambda e: e["data"].get("requestId") == request)
        return any(e["type"] in ("points.deducted", "request.unmatched") for e in ends)

    until(lambda: all(map(is_final, requests)), "all are charged or unmatched")
    for partner in partners:
        moves = stack.listener.events(None, lambda e: e["type"].startswith("points.") and e["data"]["partnerId"] == partner)
        moves.sort(key=lambda e: e["data"]["sequence"])
        assert [e["data"]["sequence"] for e in moves] == list(range(1, len(moves) + 1))
        balance = 0
        for move in moves:
            sign = {"points.credited": 1, "points.deducted": -1, "points.rejected": 0}[move["type"]]
            balance += sign * move["data"]["points"]
            assert move["data"]["balance"] == balance >= 0
