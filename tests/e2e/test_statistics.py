"""Statistics: each published event is counted once, also where events are repeated, late, out of order or interrupted."""

import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from counting import Statistics, Table
from devstack.clients.event_log import DECISIONS
from devstack.clients.stack import BATCH, Stack
from devstack.events import Event, derived, envelope, utc
from devstack.waiting import until
from recount import Rows, grown, notification, recount
from sandbox import Sandbox

KILLS = 3


def test_what_is_counted_equals_a_recount_of_what_was_published(stack: Stack, sandbox: Sandbox) -> None:
    statistics, requests = Statistics(stack), Requests(sandbox)
    before = statistics.table()
    with stack.visible_again_after(3, "Statistics"):
        with statistics.held_back():  # so that there is much to count while the process is killed
            requests.submit()
            publish(stack, requests.published() + [requests.late()])
            sandbox.one("notification.failed", requestId=requests.yesterday, reason="too_late")
            deliver(stack, requests.published() * 2)
        for _ in range(KILLS):
            statistics.kill()
        until(lambda: statistics.waiting() + statistics.waiting("NotVisible") == 0, "the queue is empty")
    until(lambda: {event["id"] for event in requests.published()} <= statistics.table().kept.keys(), "all are counted")

    table, published = statistics.table(), requests.published()
    assert_each_once(table, published)
    assert requests.only(table.rows) == requests.only(recount(published)) != {}
    # Delays and totals are those of all tests: they grow by what all histories together grow by.
    assert grown(before.rows, table.rows) == grown(recount(before.kept.values()), recount(table.kept.values())) != {}


def assert_each_once(table: Table, published: list[Event]) -> None:
    """Each event is in one history, once, under its id, and complete but for the customer."""
    histories, kept = table.histories, table.kept
    assert len(kept) == sum(map(len, histories.values()))
    keys = {key for history in histories.values() for key, _ in history}
    for event in published:
        found = kept[event["id"]]
        assert f"event#{event['id']}" in keys
        assert (found["type"], parsed(found)) == (event["type"], parsed(event))
    text = json.dumps(table.items)
    assert '"customer"' not in text and '"phone"' not in text and "+82" not in text


def parsed(event: Event) -> dict[str, Any]:
    """What an event says, but for the customer; its times as such, however many digits they are written with."""
    data = {name: value for name, value in event["data"].items() if name != "customer"}
    return data | {name: datetime.fromisoformat(data[name]) for name in ("submittedAt", "retryAt") if name in data}


class Requests:
    """Some dozens of requests: charged, refused, deferred, without a partner; in regions of their own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        tag = sandbox.tag.upper()
        self.busy, self.scarce, self.unserved = f"QM-{tag[:3]}", f"QN-{tag[2:5]}", f"QO-{tag[5:]}"
        self.yesterday = f"yesterday-{sandbox.tag}"
        self.partners: list[str] = []
        self.requests: list[str] = []

    def submit(self) -> None:
        sandbox = self.sandbox
        rich = sandbox.partner("rich", capacity=30, points=9_000, regions=[self.busy])
        small = sandbox.partner("small", capacity=3, fee=70, points=900, regions=[self.scarce])
        poor = sandbox.partner("poor", capacity=100, regions=[self.busy])  # never bought points
        self.partners = [rich, small, poor]
        self.requests = [sandbox.request(f"busy{n}", region=self.busy) for n in range(20)]
        self.requests += [sandbox.request(f"unserved{n}", region=self.unserved) for n in range(4)]
        scarce = [sandbox.request(f"scarce{n}", region=self.scarce) for n in range(5)]
        self.requests += scarce
        for request in scarce[3:]:
            sandbox.all("request.deferred", requestId=request)
        for request in scarce[:3]:
            sandbox.close(sandbox.one("request.matched", requestId=request))
        until(lambda: all(map(self.is_final, self.requests)), "all are final and told")
        sandbox.all("points.rejected", partnerId=poor)

    def is_final(self, request: str) -> bool:
        events = self.sandbox.stack.listener.events(None, lambda e: e["data"].get("requestId") == request)
        decisions = [event for event in events if event["type"] in DECISIONS]
        if not decisions or not {event["type"] for event in events} & {"points.deducted", "request.unmatched"}:
            return False
        last = max(decisions, key=lambda event: event["data"]["attempt"])
        return notification(last, "sms") in [event["data"].get("notificationId") for event in events]

    def late(self) -> Event:
        """A decision of yesterday."""
        submitted, decided = (utc(datetime.now(UTC) - timedelta(days=1, seconds=ago), "microseconds") for ago in (61, 60))
        asked = self.sandbox.submission(self.yesterday) | {"region": self.unserved}
        facts = {"attempt": 1, "submittedAt": submitted, "reason": "no_partner"}
        data = {name: value for name, value in asked.items() if name != "details"} | facts
        published = derived("request.unmatched", self.yesterday, 1)
        return envelope("request.unmatched", data, id=published, time=decided)

    def published(self) -> list[Event]:
        """What the listener received of these requests, each event once."""
        ours = {"requestId": {*self.requests, self.yesterday}, "partnerId": set(self.partners)}
        events = self.sandbox.stack.listener.events()
        found = [e for e in events if any(e["data"].get(name) in some for name, some in ours.items())]
        return list({event["id"]: event for event in found}.values())

    def only(self, rows: Rows) -> Rows:
        """The rows that no other test adds to."""
        regions = {f"region#{region}" for region in (self.busy, self.scarce, self.unserved)}
        ours = {f"category#{self.sandbox.category}"} | regions | {f"partner#{partner}" for partner in self.partners}
        return {row: columns for row, columns in rows.items() if row[1] in ours}


def publish(stack: Stack, events: list[Event]) -> None:
    """Again on the topic, past its deduplication."""
    for event in events:
        name, correlation = event["type"], event.get("correlationid", event["data"].get("requestId"))
        given = {"eventType": name, "correlationId": correlation}
        stack.sns.publish(
            TopicArn=stack.topic,
            Message=json.dumps(event),
            MessageGroupId=event["id"],
            MessageDeduplicationId=str(uuid.uuid4()),
            MessageAttributes={key: {"DataType": "String", "StringValue": value} for key, value in given.items()},
        )


def deliver(stack: Stack, events: list[Event]) -> None:
    """Straight to the queue of statistics, in any order."""
    mixed = random.sample(events, len(events))
    for start in range(0, len(mixed), BATCH):
        stack.send_batch("Statistics", [{"MessageBody": json.dumps(event)} for event in mixed[start : start + BATCH]])
