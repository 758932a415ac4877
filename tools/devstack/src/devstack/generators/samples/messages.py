"""The samples' messages: events as they are sent, delivered, broken and repeated."""

import copy
from typing import Any

from devstack.events import Event, compact
from devstack.generators import malformed
from devstack.generators.samples.sqs import Message

# The name of a sample file, the queue that its batch comes by, and its messages.
Batch = tuple[str, str, list[Message]]


def sent(event: Event, group: str | None, expect: str = "accepted") -> Message:
    """As a producer sends it: without attributes, which are optional on the way in."""
    return Message(compact(event), None, expect, group)


def delivered(event: Event, group: str | None, expect: str = "accepted") -> Message:
    """As the topic delivers it raw: with both attributes."""
    return Message(compact(event), event["type"], expect, group, event["correlationid"])


def broken(kinds: list[malformed.Kind], event: Event, group: str | None) -> list[Message]:
    return [Message(kind.make(event), None, kind.reason, group) for kind in kinds]


def again(event: Event, **changed: Any) -> Event:
    """The same business key in a fresh envelope, with members of its data changed if wanted."""
    copied = copy.deepcopy(event)
    copied["id"] = event["id"][:-4] + "beef"
    copied["data"] |= changed
    return copied
