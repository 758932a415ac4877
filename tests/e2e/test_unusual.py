"""Whatever the contract takes goes through to the end, and what is published for it can be read in another language."""

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any

import rights
from devstack.clients.stack import Stack
from devstack.events import Event
from devstack.generators.unusual import flows, follow, unexpected
from devstack.schemas import breaks_schema
from devstack.waiting import until

SEED, FLOWS = 39, 220
FEW_FLOWS = 20  # where rights are not checked: the other round, which takes less time, has them all
REFUSED_BY_SQS = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # API reference, SendMessage
TIMES = ("time", "submittedAt", "retryAt")


def test_b39_unusual_events_reach_their_end_and_others_can_read_what_is_published(stack: Stack) -> None:
    position, dead, quarantine = len(stack.listener.messages), dead_letters(stack), stack.quarantine
    count = FLOWS if rights.are_checked(stack) else FEW_FLOWS
    sent = flows(SEED, count, f"u{uuid.uuid4().hex[:6]}-")
    log = follow(stack, sent)

    assert unexpected(sent, log.requests) == []
    assert log.contradictions == []
    until(lambda: not stack.backlog().keys() - dead.keys(), "all queues are empty")
    assert dead_letters(stack) == dead
    closed = [flow.request for flow in sent if flow.end == "Closed"]
    assert [request for request in closed if stack.query("Matching", f"request#{request}")[0]["state"] != "closed"] == []
    bodies = {line["body"] for flow in sent for line in flow.lines}
    quarantined = (event["data"] for event in quarantine.events())
    assert [data["reason"] for data in quarantined if data["body"] in bodies] == []

    messages = stack.listener.messages[position:]
    assert len(messages) > 3 * len(sent)
    for message in messages:
        check(message)
    texts = [text for texts in stack.texts().values() for text in texts]
    assert [text for text in texts if len(text) > 1600 or "\0" in text or REFUSED_BY_SQS.search(text)] == []


def dead_letters(stack: Stack) -> dict[str, int]:
    """The queues that hold what could not be handled or delivered, and how many messages."""
    names = (name for name in stack.queues() if name.endswith("DeadLetter") or name == "Undelivered")
    return {name: stack.waiting(name) for name in names}


def check(message: dict[str, Any]) -> None:
    """A published message keeps the schema, in JSON and times that Python reads, and in characters that SQS takes."""
    event: Event = json.loads(message["Body"])
    assert breaks_schema(event) == [], event
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert attributes == {"eventType": event["type"], "correlationId": event["correlationid"]}
    for text in (message["Body"], *attributes.values()):
        assert not REFUSED_BY_SQS.search(text), event
    for moment in (part[name] for part in (event, event["data"]) for name in TIMES if name in part):
        assert datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z") == moment
