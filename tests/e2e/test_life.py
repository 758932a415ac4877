"""The life of a request on the deployed stack: what is published, stored and sent on each of its ways."""

import json
import uuid

from events import Event, envelope
from market import NAMESPACE, Market
from patience import until
from stack import Stack


def test_a_request_is_matched_charged_and_told(stack: Stack, market: Market) -> None:
    partner = market.partner("p", fee=300, points=1_000)
    request = market.request("r")

    matched = market.one("request.matched", requestId=request)
    assert matched["data"]["partner"] == {"id": partner, "name": "Clean & Co"}
    assert matched["data"]["attempt"] == 1 and "replaces" not in matched["data"]
    assert matched["data"]["matchId"] == str(uuid.uuid5(NAMESPACE, f"match/{request}/1"))
    assert matched["id"] == str(uuid.uuid5(NAMESPACE, f"request.matched/{request}/1"))
    assert "details" not in matched["data"]

    deducted = market.one("points.deducted", requestId=request)
    assert (deducted["data"]["balance"], deducted["data"]["sequence"]) == (700, 2)
    assert deducted["causationid"] == matched["id"]
    assert deducted["correlationid"] == matched["correlationid"] == request

    sent = market.one("notification.sent", requestId=request)
    assert (sent["data"]["channel"], sent["data"]["cause"]) == ("sms", "request.matched")
    assert len(market.texts()) == 1 and "Clean & Co" in market.texts()[0]

    market.marker()
    for event in (matched, deducted, sent):
        assert market.one(event["type"], requestId=request) == event
    assert transfers(stack, deducted) == 1


def transfers(stack: Stack, event: Event) -> int:
    """How many of the ledger's items are this transfer."""
    wanted = {"S": event["data"]["transferId"]}
    found = (item["transfer"]["M"]["id"] for item in stack.rows("LedgerTableName") if "transfer" in item)
    return sum(transfer == wanted for transfer in found)


def test_published_messages_carry_the_attributes_that_filters_use(stack: Stack, market: Market) -> None:
    market.partner("p", points=1_000)
    request = market.request("r")
    market.one("points.deducted", requestId=request)
    ours = [m for m in list(stack.listener.seen) if request in m["Body"]]
    assert ours
    for message in ours:
        event = json.loads(message["Body"])
        assert message["MessageAttributes"]["eventType"]["StringValue"] == event["type"]
        assert message["MessageAttributes"]["correlationId"]["StringValue"] == request


def test_a_refused_charge_sets_the_partner_aside_and_matches_again(market: Market) -> None:
    rich = market.partner("rich", capacity=2, points=1_000)
    first = market.one("request.matched", requestId=market.request("r1"))
    poor = market.partner("poor", capacity=100)  # never bought points; the less loaded of the two
    request = market.request("r2")

    rejected = market.one("points.rejected", requestId=request)
    assert rejected["data"] | {"partnerId": poor, "reason": "unknown_account", "balance": 0, "sequence": 0} == rejected["data"]
    matches = market.all("request.matched", 2, requestId=request)
    assert [m["data"]["attempt"] for m in matches] == [1, 2]
    assert [m["data"]["partner"]["id"] for m in matches] == [poor, rich]
    assert matches[1]["data"]["replaces"] == matches[0]["data"]["matchId"]
    market.one("points.deducted", requestId=request, partnerId=rich)
    market.marker()
    market.one("points.deducted", requestId=request)
    assert len(market.all("request.matched", 2, requestId=request)) == 2
    assert first["data"]["partner"]["id"] == rich
    until(lambda: len(market.texts()) >= 2, "the change of partner is told")


def test_too_few_points_are_refused_and_stay_refused_after_a_top_up(market: Market) -> None:
    partner = market.partner("p", capacity=2, fee=500, points=999)
    first, second = market.requests("r1", "r2")  # both are matched before the first is charged
    market.one("points.deducted", requestId=first)
    rejected = market.one("points.rejected", requestId=second)["data"]
    assert (rejected["reason"], rejected["balance"], rejected["sequence"]) == ("insufficient_points", 499, 3)
    market.one("request.deferred", requestId=second, attempt=2)

    credited = market.buy(partner, 1)["data"]
    assert (credited["balance"], credited["sequence"]) == (500, 4)
    deducted = market.one("points.deducted", requestId=second)["data"]
    assert (deducted["balance"], deducted["sequence"]) == (0, 5)
    market.one("points.rejected", requestId=second)


def test_without_free_capacity_it_is_deferred_and_tried_again(market: Market) -> None:
    market.partner("p", capacity=1, points=1_000)
    first = market.one("request.matched", requestId=market.request("r1"))
    market.one("points.deducted", requestId=first["data"]["requestId"])
    second = market.request("r2")
    assert market.one("request.deferred", requestId=second, attempt=1)["data"]["retryAt"]

    market.close(first)
    matched = market.one("request.matched", requestId=second)
    assert matched["data"]["attempt"] >= 2 and "replaces" not in matched["data"]
    market.one("points.deducted", requestId=second)


def test_closed_before_it_is_charged_it_frees_the_partner_once(market: Market) -> None:
    partner = market.partner("p", capacity=1, points=1_000)
    closed = market.request_and_close("r1")
    market.one("points.deducted", requestId=closed)
    following = market.request("r2")  # one place: free for the next, at the latest in its second attempt
    market.one("request.matched", requestId=following)
    market.one("request.deferred", requestId=market.request("r3"), attempt=1)  # and not for the one after
    assert market.one("points.deducted", requestId=following)["data"]["partnerId"] == partner


def test_closed_before_its_charge_is_refused_it_ends_and_that_is_not_told(market: Market) -> None:
    market.partner("poor", capacity=1)
    request = market.request_and_close("r")
    assert market.one("request.unmatched", requestId=request)["data"]["reason"] == "closed"
    market.one("notification.sent", requestId=request)  # of the match
    told = market.request("told", region="KR-50")  # the end of another request, published later, is told
    market.one("notification.sent", requestId=told)
    assert len(market.texts()) == 2


def test_without_a_partner_it_is_unmatched_at_once(market: Market) -> None:
    request = market.request("r")
    assert market.one("request.unmatched", requestId=request)["data"]["reason"] == "no_partner"
    market.one("notification.sent", requestId=request)
    market.none("request.deferred", requestId=request)


def test_a_newer_registration_takes_effect_and_an_older_one_does_not(market: Market) -> None:
    partner = market.partner("p", fee=100, points=1_000)
    market.register(partner, version=3, fee=250, name="Moved & Co")
    market.register(partner, version=2, fee=999)
    market.one("points.deducted", requestId=market.request("r"), points=250)

    market.register(partner, version=4, active=False)
    request = market.request("r2")
    assert market.one("request.unmatched", requestId=request)["data"]["reason"] == "no_partner"


def test_a_customer_without_a_channel_and_a_foreign_phone_are_answered_without_a_text(market: Market) -> None:
    market.partner("p", points=1_000)
    silent = market.request("r1", customer={"id": market.group})
    foreign = market.request("r2", customer={"id": market.group, "phone": "+4415550100"})
    failed = market.one("notification.failed", requestId=silent)["data"]
    assert (failed["channel"], failed["reason"]) == ("none", "no_channel")
    failed = market.one("notification.failed", requestId=foreign)["data"]
    assert (failed["channel"], failed["reason"]) == ("sms", "prefix_not_allowed")


def test_a_refused_push_falls_back_to_a_text(market: Market) -> None:
    market.partner("p", points=1_000)
    gone = market.stack.endpoint_arn(f"endpoint/GCM/app/{uuid.uuid4()}")
    request = market.request("r", customer={"id": market.group, "phone": market.phone, "pushEndpointArn": gone})
    failed = market.one("notification.failed", requestId=request)["data"]
    assert (failed["channel"], failed["reason"]) == ("push", "refused")
    assert market.one("notification.sent", requestId=request)["data"]["channel"] == "sms"
    assert len(market.texts()) == 1


def test_news_that_is_too_old_is_not_told(stack: Stack, market: Market) -> None:
    request = f"late-{market.tag}"
    data = market.submission(request) | {"attempt": 1, "submittedAt": "2026-01-01T00:00:00Z", "reason": "no_partner"}
    event = envelope("request.unmatched", data, time="2026-01-01T00:00:00Z")
    stack.sqs.send_message(QueueUrl=stack.outputs["NotificationQueueUrl"], MessageBody=json.dumps(event))
    failed = market.one("notification.failed", requestId=request)["data"]
    assert (failed["channel"], failed["reason"]) == ("sms", "too_late")
    assert market.texts() == []


def test_english_is_spoken(market: Market) -> None:
    market.partner("p", points=1_000)
    market.request("r", customer={"id": market.group, "phone": market.phone, "locale": "en-US"})
    until(market.texts, "a text")
    assert market.texts()[0].isascii()
