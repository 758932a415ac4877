"""A line of a burst file, and the ways to send one again."""

import copy
import json
import random
from typing import Any

from devstack.events import Event, compact, derived

Line = dict[str, Any]


def line(queue: str, group: str, body: str, expect: str = "accepted", key: str | None = None) -> Line:
    """One message: what is sent, and what it has to be taken for (`accepted`, `repeat`, a reason code)."""
    made: Line = {"queue": queue, "group": group, "expect": expect, "body": body}
    return made if key is None else {**made, "key": key}


def retried(original: Line) -> Line:
    """A producer's retry: the same business key in a fresh envelope."""
    event = _fresh(original)
    return {**original, "body": compact(event), "expect": "repeat"}


def reordered(original: Line) -> Line:
    """A retry through another program: members in another order, white space, one member more."""
    event = _fresh(original)
    event["data"] = {"channel": "app", **dict(reversed(event["data"].items()))}
    body = json.dumps(dict(reversed(event.items())), ensure_ascii=False)
    return {**original, "body": body, "expect": "repeat"}


def identical(original: Line) -> Line:
    return {**original, "expect": "repeat"}


def conflicting(original: Line, **changed: Any) -> Line:
    """The same business key with other contents."""
    event = _fresh(original)
    event["data"] |= changed
    return {**original, "body": compact(event), "expect": "identity_conflict"}


def _fresh(original: Line) -> Event:
    event: Event = copy.deepcopy(json.loads(original["body"]))
    event["id"] = derived("retry", event["id"])
    return event


def mix(lines: list[Line], extra: list[Line], rng: random.Random) -> list[Line]:
    """The lines with others at places drawn for them."""
    mixed = list(lines)
    for one in extra:
        mixed.insert(rng.randint(0, len(mixed)), one)
    return mixed


def follow(lines: list[Line], later: list[tuple[Line, Line]], rng: random.Random) -> list[Line]:
    """The lines with each (original, repeat)'s repeat some lines behind its original."""
    mixed = list(lines)
    for original, repeat in later:
        mixed.insert(mixed.index(original) + rng.randint(1, 40), repeat)
    return mixed
