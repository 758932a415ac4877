"""The life of a request on the deployed stack: what is published, stored and sent on each of its ways."""

import json
import uuid

from devstack.clients.stack import Stack
from devstack.events import Event, derived, envelope, match_id
from devstack.waiting import until
from sandbox import Sandbox


def test_a_request_is_matched_charged_and_told(stack: Stack, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", fee=300, points=1_000)
    request = sandbox.request("r")

    matched = sandbox.one("request.matched", requestId=request)
    assert matched["data"]["partner"] == {"id": partner, "name": "Clean & Co"}
    assert matched["data"]["attempt"] == 1 and "replaces" not in matched["data"]
    assert matched["data"]["matchId"] == match_id(request, 1)
    assert matched["id"] == derived("request.matched", request, 1)
    assert "details" not in matched["data"]

    deducted = sandbox.one("points.deducted", requestId=request)
    assert (deducted["data"]["balance"], deducted["data"]["sequence"]) == (700, 2)
    assert deducted["causationid"] == matched["id"]
    assert deducted["correlationid"] == matched["correlationid"] == request

    sent = sandbox.one("notification.sent", requestId=request)
    assert (sent["data"]["channel"], sent["data"]["cause"]) == ("sms", "request.matched")
    assert len(sandbox.texts()) == 1 and "Clean & Co" in sandbox.texts()[0]

    sandbox.marker()
    for event in (matched, deducted, sent):
        assert sandbox.one(event["type"], requestId=request) == event
    assert transfers_of(stack, deducted) == 1


def transfers_of(stack: Stack, event: Event) -> int:
    """How many of the ledger's items are this transfer."""
    transfers = (item["transfer"]["id"] for item in stack.items("Ledger") if "transfer" in item)
    return sum(transfer == event["data"]["transferId"] for transfer in transfers)


def test_published_messages_carry_the_attributes_that_filters_use(stack: Stack, sandbox: Sandbox) -> None:
    sandbox.partner("p", points=1_000)
    request = sandbox.request("r")
    sandbox.one("points.deducted", requestId=request)
    ours = [m for m in list(stack.listener.messages) if request in m["Body"]]
    assert ours
    for message in ours:
        event = json.loads(message["Body"])
        assert message["MessageAttributes"]["eventType"]["StringValue"] == event["type"]
        assert message["MessageAttributes"]["correlationId"]["StringValue"] == request


def test_a_refused_charge_suspends_the_partner_and_matches_again(sandbox: Sandbox) -> None:
    # Both before the first request of their region: a process that remembers candidates may leave out a new one for ten seconds.
    rich = sandbox.partner("rich", capacity=2, points=1_000, regions=["KR-11", "KR-26"])
    poor = sandbox.partner("poor", capacity=100)  # never bought points
    sandbox.one("request.matched", requestId=sandbox.request("r1", region="KR-26"), partner={"id": rich, "name": "Clean & Co"})
    request = sandbox.request("r2")  # poor is the less loaded of the two

    rejected = sandbox.one("points.rejected", requestId=request)
    assert rejected["data"] | {"partnerId": poor, "reason": "unknown_account", "balance": 0, "sequence": 0} == rejected["data"]
    matches = sandbox.all("request.matched", 2, requestId=request)
    assert [m["data"]["attempt"] for m in matches] == [1, 2]
    assert [m["data"]["partner"]["id"] for m in matches] == [poor, rich]
    assert matches[1]["data"]["replaces"] == matches[0]["data"]["matchId"]
    sandbox.one("points.deducted", requestId=request, partnerId=rich)
    sandbox.marker()
    sandbox.one("points.deducted", requestId=request)
    assert len(sandbox.all("request.matched", 2, requestId=request)) == 2
    sandbox.one("notification.sent", requestId=request, partnerId=rich)


def test_too_few_points_are_refused_and_stay_refused_after_a_top_up(sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", capacity=2, fee=500, points=999)
    first, second = sandbox.requests("r1", "r2")  # both are matched before the first is charged
    sandbox.one("points.deducted", requestId=first)
    rejected = sandbox.one("points.rejected", requestId=second)["data"]
    assert (rejected["reason"], rejected["balance"], rejected["sequence"]) == ("insufficient_points", 499, 3)
    sandbox.one("request.deferred", requestId=second, attempt=2)

    credited = sandbox.buy(partner, 1)["data"]
    assert (credited["balance"], credited["sequence"]) == (500, 4)
    deducted = sandbox.one("points.deducted", requestId=second)["data"]
    assert (deducted["balance"], deducted["sequence"]) == (0, 5)
    sandbox.one("points.rejected", requestId=second)


def test_without_free_capacity_it_is_deferred_and_tried_again(sandbox: Sandbox) -> None:
    sandbox.partner("p", capacity=1, points=1_000)
    first = sandbox.one("request.matched", requestId=sandbox.request("r1"))
    sandbox.one("points.deducted", requestId=first["data"]["requestId"])
    second = sandbox.request("r2")
    assert sandbox.one("request.deferred", requestId=second, attempt=1)["data"]["retryAt"]

    sandbox.close(first)
    matched = sandbox.one("request.matched", requestId=second)
    assert matched["data"]["attempt"] >= 2 and "replaces" not in matched["data"]
    sandbox.one("points.deducted", requestId=second)


def test_closed_before_it_is_charged_it_frees_the_partner_once(sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", capacity=1, points=1_000)
    closed = sandbox.request_and_close("r1")
    sandbox.one("points.deducted", requestId=closed)
    following = sandbox.request("r2")  # one place: free for the next, at the latest in its second attempt
    sandbox.one("request.matched", requestId=following)
    sandbox.one("request.deferred", requestId=sandbox.request("r3"), attempt=1)  # and not for the one after
    assert sandbox.one("points.deducted", requestId=following)["data"]["partnerId"] == partner


def test_closed_before_its_charge_is_refused_it_ends_and_that_is_not_told(sandbox: Sandbox) -> None:
    sandbox.partner("poor", capacity=1)
    request = sandbox.request_and_close("r")
    assert sandbox.one("request.unmatched", requestId=request)["data"]["reason"] == "closed"
    sandbox.one("notification.sent", requestId=request)  # of the match
    told = sandbox.request("told", region="KR-50")  # the end of another request, published later, is told
    sandbox.one("notification.sent", requestId=told)
    assert len(sandbox.texts()) == 2


def test_without_a_partner_it_is_unmatched_at_once(sandbox: Sandbox) -> None:
    request = sandbox.request("r")
    assert sandbox.one("request.unmatched", requestId=request)["data"]["reason"] == "no_partner"
    sandbox.one("notification.sent", requestId=request)
    sandbox.none("request.deferred", requestId=request)


def test_a_newer_registration_takes_effect_and_an_older_one_does_not(sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", fee=100, points=1_000)
    sandbox.register(partner, version=3, fee=250, name="Moved & Co")
    sandbox.register(partner, version=2, fee=999)
    sandbox.one("points.deducted", requestId=sandbox.request("r"), points=250)

    sandbox.register(partner, version=4, active=False)
    request = sandbox.request("r2")
    assert sandbox.one("request.unmatched", requestId=request)["data"]["reason"] == "no_partner"


def test_a_customer_without_a_channel_and_a_foreign_phone_are_answered_without_a_text(sandbox: Sandbox) -> None:
    sandbox.partner("p", points=1_000)
    silent = sandbox.request("r1", customer={"id": sandbox.group})
    foreign = sandbox.request("r2", customer={"id": sandbox.group, "phone": "+4415550100"})
    failed = sandbox.one("notification.failed", requestId=silent)["data"]
    assert (failed["channel"], failed["reason"]) == ("none", "no_channel")
    failed = sandbox.one("notification.failed", requestId=foreign)["data"]
    assert (failed["channel"], failed["reason"]) == ("sms", "prefix_not_allowed")


def test_a_refused_push_falls_back_to_a_text(sandbox: Sandbox) -> None:
    sandbox.partner("p", points=1_000)
    gone = sandbox.stack.endpoint_arn(f"endpoint/GCM/app/{uuid.uuid4()}")
    request = sandbox.request("r", customer={"id": sandbox.group, "phone": sandbox.phone, "pushEndpointArn": gone})
    failed = sandbox.one("notification.failed", requestId=request)["data"]
    assert (failed["channel"], failed["reason"]) == ("push", "refused")
    assert sandbox.one("notification.sent", requestId=request)["data"]["channel"] == "sms"
    assert len(sandbox.texts()) == 1


def test_a_decision_that_is_too_old_is_not_told(stack: Stack, sandbox: Sandbox) -> None:
    request = f"late-{sandbox.tag}"
    data = sandbox.submission(request) | {"attempt": 1, "submittedAt": "2026-01-01T00:00:00Z", "reason": "no_partner"}
    event = envelope("request.unmatched", data, time="2026-01-01T00:00:00Z")
    stack.sqs.send_message(QueueUrl=stack.queue("Notification"), MessageBody=json.dumps(event))
    failed = sandbox.one("notification.failed", requestId=request)["data"]
    assert (failed["channel"], failed["reason"]) == ("sms", "too_late")
    assert sandbox.texts() == []


def test_english_is_spoken(sandbox: Sandbox) -> None:
    sandbox.partner("p", points=1_000)
    sandbox.request("r", customer={"id": sandbox.group, "phone": sandbox.phone, "locale": "en-US"})
    until(sandbox.texts, "a text")
    assert sandbox.texts()[0].isascii()
