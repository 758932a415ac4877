"""Statistics: whatever is repeated, late, out of order or interrupted, each published event is counted once."""

import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from counting import Statistics, Table
from events import Event, envelope
from market import NAMESPACE, Market
from patience import until
from recount import Rows, grown, notification, recount
from stack import Stack

KILLS = 3


def test_what_is_counted_equals_a_recount_of_what_was_published(stack: Stack, market: Market) -> None:
    statistics, day = Statistics(stack), Day(market)
    before = statistics.table()
    with stack.visible_again_after(3, "StatisticsQueueUrl"):
        with statistics.held_back():  # so that there is much to count while the process is killed
            day.passes()
            publish(stack, day.published() + [day.late()])
            market.one("notification.failed", requestId=day.yesterday, reason="too_late")
            deliver(stack, day.published() * 2)
        for _ in range(KILLS):
            statistics.kill()
        until(lambda: statistics.waiting() + statistics.waiting("NotVisible") == 0, "the queue is empty")
    until(lambda: {event["id"] for event in day.published()} <= statistics.table().kept.keys(), "all are counted")

    table, published = statistics.table(), day.published()
    assert_each_once(table, published)
    assert day.only(table.rows) == day.only(recount(published)) != {}
    # Delays and totals are everybody's: they grow by what all stories together grow by.
    assert grown(before.rows, table.rows) == grown(recount(before.kept.values()), recount(table.kept.values())) != {}


def assert_each_once(table: Table, published: list[Event]) -> None:
    """Each event is in one story, once, complete but for the customer, and the numbers have no gaps."""
    stories = table.stories
    for story in stories.values():
        assert [number for number, _ in story] == [f"event#{n:06}" for n in range(1, len(story) + 1)]
    kept = table.kept
    assert len(kept) == sum(map(len, stories.values()))
    for event in published:
        found = kept[event["id"]]
        assert (found["type"], parsed(found)) == (event["type"], parsed(event))
    text = json.dumps(table.items)
    assert '"customer"' not in text and '"phone"' not in text and "+82" not in text


def parsed(event: Event) -> dict[str, Any]:
    """What an event says, but for the customer; its times as such, however many digits they are written with."""
    data = {name: value for name, value in event["data"].items() if name != "customer"}
    return data | {name: datetime.fromisoformat(data[name]) for name in ("submittedAt", "retryAt") if name in data}


class Day:
    """Some dozens of requests: charged, refused, deferred, for nobody; in regions of its own."""

    def __init__(self, market: Market) -> None:
        self.market = market
        tag = market.tag.upper()
        self.busy, self.scarce, self.nobody = f"QM-{tag[:3]}", f"QN-{tag[2:5]}", f"QO-{tag[5:]}"
        self.yesterday = f"yesterday-{market.tag}"
        self.partners: list[str] = []
        self.requests: list[str] = []

    def passes(self) -> None:
        market = self.market
        rich = market.partner("rich", capacity=30, points=9_000, regions=[self.busy])
        small = market.partner("small", capacity=3, fee=70, points=900, regions=[self.scarce])
        poor = market.partner("poor", capacity=100, regions=[self.busy])  # never bought points
        self.partners = [rich, small, poor]
        self.requests = [market.request(f"busy{n}", region=self.busy) for n in range(20)]
        self.requests += [market.request(f"nobody{n}", region=self.nobody) for n in range(4)]
        scarce = [market.request(f"scarce{n}", region=self.scarce) for n in range(5)]
        self.requests += scarce
        for request in scarce[3:]:
            market.all("request.deferred", requestId=request)
        for request in scarce[:3]:
            market.close(market.one("request.matched", requestId=request))
        until(lambda: all(map(self.at_rest, self.requests)), "all at rest and told")
        market.all("points.rejected", partnerId=poor)

    def at_rest(self, request: str) -> bool:
        events = self.market.stack.listener.events(None, lambda e: e["data"].get("requestId") == request)
        news = [event for event in events if event["type"] in ("request.matched", "request.unmatched")]
        if not news or not {event["type"] for event in events} & {"points.deducted", "request.unmatched"}:
            return False
        last = max(news, key=lambda event: event["data"]["attempt"])
        return notification(last, "sms") in [event["data"].get("notificationId") for event in events]

    def late(self) -> Event:
        """The news of yesterday."""
        submitted, decided = (utc(datetime.now(UTC) - timedelta(days=1, seconds=ago)) for ago in (61, 60))
        asked = self.market.submission(self.yesterday) | {"region": self.nobody}
        facts = {"attempt": 1, "submittedAt": submitted, "reason": "no_partner"}
        data = {name: value for name, value in asked.items() if name != "details"} | facts
        published = str(uuid.uuid5(NAMESPACE, f"request.unmatched/{self.yesterday}/1"))
        return envelope("request.unmatched", data, id=published, time=decided)

    def published(self) -> list[Event]:
        """What the listener got of this day, each event once."""
        ours = {"requestId": {*self.requests, self.yesterday}, "partnerId": set(self.partners)}
        events = self.market.stack.listener.events()
        found = [e for e in events if any(e["data"].get(name) in some for name, some in ours.items())]
        return list({event["id"]: event for event in found}.values())

    def only(self, rows: Rows) -> Rows:
        """The rows that nobody else adds to."""
        regions = {f"region#{region}" for region in (self.busy, self.scarce, self.nobody)}
        ours = {f"category#{self.market.category}"} | regions | {f"partner#{partner}" for partner in self.partners}
        return {row: columns for row, columns in rows.items() if row[1] in ours}


def utc(moment: datetime) -> str:
    """As the functions publish it."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def publish(stack: Stack, events: list[Event]) -> None:
    """Again on the topic, past its deduplication."""
    for event in events:
        name, correlation = event["type"], event.get("correlationid", event["data"].get("requestId"))
        given = {"eventType": name, "correlationId": correlation}
        stack.listener.sns.publish(
            TopicArn=stack.outputs["EventsTopicArn"],
            Message=json.dumps(event),
            MessageGroupId=event["id"],
            MessageDeduplicationId=str(uuid.uuid4()),
            MessageAttributes={key: {"DataType": "String", "StringValue": value} for key, value in given.items()},
        )


def deliver(stack: Stack, events: list[Event]) -> None:
    """Straight to the queue of statistics, in any order."""
    mixed = random.sample(events, len(events))
    for start in range(0, len(mixed), 10):
        entries = [{"Id": str(n), "MessageBody": json.dumps(event)} for n, event in enumerate(mixed[start : start + 10])]
        stack.sqs.send_message_batch(QueueUrl=stack.outputs["StatisticsQueueUrl"], Entries=entries)
