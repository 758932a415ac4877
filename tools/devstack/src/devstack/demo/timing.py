"""How long customers waited, from the submission to the first news of it."""

import math
from dataclasses import dataclass

from devstack.demo.journal import Request, Seen, moment


@dataclass(frozen=True)
class Spread:
    """Of one way to measure, in seconds."""

    count: int
    median: float
    most: float  # 95 of 100 were no slower
    slowest: float


def spread(seconds: list[float]) -> Spread:
    ordered = sorted(seconds)
    if not ordered:
        return Spread(0, math.nan, math.nan, math.nan)
    return Spread(len(ordered), _at(ordered, 0.5), _at(ordered, 0.95), ordered[-1])


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


def by_event_times(requests: list[Request]) -> list[float]:
    """From the `time` of the submission to the `time` of the first `notification.sent`."""
    return [told.time - submitted for request in requests for told, submitted in _pair(request)]


def by_the_clock(requests: list[Request], sent_at: dict[str, float]) -> list[float]:
    """From the send here to the first `notification.sent` coming in here."""
    return [told.at - sent_at[request.id] for request in requests for told, _ in _pair(request)]


def _pair(request: Request) -> list[tuple[Seen, float]]:
    news = [*request.of("request.matched"), *request.of("request.unmatched")]
    told = request.of("notification.sent")
    if not news or not told:
        return []
    return [(told[0], moment(news[0].data["submittedAt"]))]
