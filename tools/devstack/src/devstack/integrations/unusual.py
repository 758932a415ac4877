"""Unusual requests through all three: both applications store every event that is published about them."""

import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from devstack.clients.event_log import EventLog
from devstack.clients.stack import Stack
from devstack.generators.unusual import LIMIT, Flow, flows, follow, unexpected
from devstack.integrations import applications
from devstack.integrations.applications import Testbed
from devstack.integrations.journey import confirm, fetch, get
from devstack.integrations.queue import OwnQueue
from devstack.waiting import until

SEED, COUNT = 39, 60


def accept_all(testbed: Testbed, django: str, spring: str, queues: Iterable[OwnQueue]) -> None:
    """Sends the requests, follows them to their end, and compares what was published with what both have stored."""
    sent = flows(SEED, COUNT, f"u{uuid.uuid4().hex[:6]}-")
    own(testbed, sent)
    log = follow(testbed.deployed, sent)
    confirm(unexpected(sent, log.requests) == [], f"{len(sent)} unusual requests reach their end")

    for_django = published(log, applications.left_out(applications.DJANGO))
    until(lambda: for_django <= stored(testbed), f"Django stores all {len(for_django)} events", LIMIT)
    confirm(stored(testbed) >= for_django, f"Django stored each of their {len(for_django)} events")
    pages = [f"{django}/requests/{flow.request}" for flow in sent]
    confirm(all(fetch(page, "text/html") and get(f"{page}.json")["atRest"] for page in pages), "its pages show a final state")

    for_spring = published(log, applications.left_out(applications.SPRING))
    until(lambda: for_spring <= handled(spring, sent), f"Spring handles all {len(for_spring)} events", LIMIT)
    confirm(handled(spring, sent) == for_spring, f"Spring handled each of their {len(for_spring)} events")
    dead = [count(testbed.deployed, queue.dead_letters) for queue in queues]
    confirm(not any(dead), "no message is in their dead-letter queues")


def own(testbed: Testbed, sent: list[Flow]) -> None:
    """Makes the requests Django's own: it stores no event about those of others."""
    now = datetime.now(UTC).isoformat(sep=" ")
    columns = "id, customer_id, phone, category, region, submitted_at"
    insert = f"insert into intake_customerrequest ({columns}) values (?, ?, ?, ?, ?, ?)"
    with database(testbed) as connection:
        for data in (flow.submission for flow in sent):
            customer = data["customer"]
            row = (data["requestId"], customer["id"], customer.get("phone") or "", data["category"], data["region"], now)
            connection.execute(insert, row)


@contextmanager
def database(testbed: Testbed) -> Iterator[sqlite3.Connection]:
    """Django's database, beside the running service."""
    with closing(sqlite3.connect(testbed.folder / "django.sqlite3", timeout=20)) as connection, connection:
        yield connection


def stored(testbed: Testbed) -> set[str]:
    """The ids of all events that Django has stored."""
    with database(testbed) as connection:
        return {event_id for (event_id,) in connection.execute("select id from intake_inboxevent")}


def handled(spring: str, sent: list[Flow]) -> set[str]:
    """The ids of the events about these requests that Spring has handled."""
    return {event["eventId"] for flow in sent for event in get(f"{spring}/events?requestId={flow.request}")}


def published(log: EventLog, left_out: list[str]) -> set[str]:
    """The ids of the events about requests that an application is to get."""
    events = (event for request in log.requests.values() for event in request.events)
    return {event.id for event in events if event.type not in left_out}


def count(stack: Stack, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(map(int, answer["Attributes"].values()))
