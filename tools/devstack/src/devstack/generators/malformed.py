"""Events broken in the ways that producers break them, each with the reason code that it must get."""

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

from devstack.events import Event, compact

Make = Callable[[Event], str]


class Kind(NamedTuple):
    """One way to be permanently bad."""

    name: str
    reason: str
    make: Make


def _truncated(event: Event) -> str:
    return compact(event)[:-23]


def _quoted_the_python_way(event: Event) -> str:
    return str(event)


def _byte_order_mark(event: Event) -> str:
    return "\ufeff" + compact(event)


def _twice(event: Event) -> str:
    return compact(event).replace('"type":', '"id":"again","type":', 1)


def _too_deep(event: Event) -> str:
    body = compact({**event, "nested": None})
    return body.replace('"nested":null', '"nested":' + "[" * 200 + "]" * 200)


def _without(member: str) -> Make:
    return lambda event: compact({key: value for key, value in event.items() if key != member})


def _with(member: str, value: Any) -> Make:
    return lambda event: compact({**event, member: value})


def data_with(path: str, value: Any) -> Make:
    """The event with another value at a path in its data (`customer.phone`)."""

    def make(event: Event) -> str:
        broken = copy.deepcopy(event)
        target = broken["data"]
        *parents, last = path.split(".")
        for parent in parents:
            target = target[parent]
        target[last] = value
        return compact(broken)

    return make


FORM = [
    Kind("cut off", "not_json", _truncated),
    Kind("Python's repr in place of JSON", "not_json", _quoted_the_python_way),
    Kind("a byte order mark", "not_json", _byte_order_mark),
    Kind("the same member twice", "not_json", _twice),
    Kind("nested 200 deep", "not_json", _too_deep),
    Kind("null", "not_an_envelope", lambda _: "null"),
    Kind("specversion 0.3", "not_an_envelope", _with("specversion", "0.3")),
    Kind("time in words", "not_an_envelope", _with("time", "오늘 아침")),
    Kind("no data", "not_an_envelope", _without("data")),
    Kind("XML announced", "not_an_envelope", _with("datacontenttype", "application/xml")),
]

REQUEST = [
    Kind("a phone number that is not E.164", "breaks_contract", data_with("customer.phone", "010-0000-0042")),
    Kind("a region by name", "breaks_contract", data_with("region", "서울")),
    Kind("a category with illegal characters", "breaks_contract", data_with("category", "Home Cleaning")),
    Kind("details that are no object", "breaks_contract", data_with("details", "방 3개")),
    Kind("an id with illegal characters", "breaks_contract", data_with("requestId", "req 20260302 / 9001")),
]

PARTNER = [
    Kind("a fee of nothing", "breaks_contract", data_with("fee.points", 0)),
    Kind("no regions", "breaks_contract", data_with("regions", [])),
]

POINTS = [
    Kind("points as a string", "breaks_contract", data_with("points", "10000")),
    Kind("half a point", "breaks_contract", data_with("points", 1.5)),
    Kind("negative points", "breaks_contract", data_with("points", -5000)),
]

MATCHED = [
    Kind("no fee", "breaks_contract", data_with("fee", None)),
    Kind("attempt 0", "breaks_contract", data_with("attempt", 0)),
    Kind(
        "a topic as the push endpoint",
        "breaks_contract",
        data_with("customer.pushEndpointArn", "arn:aws:sns:ap-northeast-2:000000000000:anyone"),
    ),
]
