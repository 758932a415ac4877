"""Three requests with their times: one that went straight through, one whose partner could not pay, one that waited."""

from collections.abc import Callable, Iterator

from devstack.clients.event_log import DECISIONS, Received, RequestLog, moment

_WORDS: dict[str, Callable[[Received], str]] = {
    "request.matched": lambda event: f"matched with {event.data['partner']['name']} (attempt {event.data['attempt']})",
    "request.deferred": lambda event: f"no partner has capacity: deferred (attempt {event.data['attempt']})",
    "request.unmatched": lambda event: f"unmatched: {event.data['reason']}",
    "points.deducted": lambda event: f"{event.data['points']:,} points charged, {event.data['balance']:,} left",
    "points.rejected": lambda event: (
        f"charge of {event.data['points']:,} refused: {event.data['reason']}, {event.data['balance']:,} there"
    ),
    "notification.sent": lambda event: f"customer told by {event.data['channel']} ({event.data['cause']})",
    "notification.failed": lambda event: f"customer not told by {event.data['channel']}: {event.data['reason']}",
}
_KINDS: dict[str, Callable[[RequestLog], bool]] = {
    "Straight through": lambda one: bool(one.charge) and len(one.of("request.matched", "request.deferred")) == 1,
    "Refused, then matched again": lambda one: bool(one.charge and one.of("points.rejected")),
    "No capacity at first": lambda one: bool(one.charge and one.of("request.deferred")),
    "Without a partner": lambda one: bool(one.unmatched),
}


def lines(requests: list[RequestLog]) -> Iterator[str]:
    for title, request in three(requests).items():
        decided = request.of(*DECISIONS)[0].data
        yield f"{title}: {request.id}, {decided['category']} in {decided['region']}"
        yield "  0.000  submitted"
        for event in sorted(request.events, key=lambda event: (event.time, event.at)):
            yield f"  {event.time - moment(decided['submittedAt']):.3f}  {_WORDS[event.type](event)}"


def three(requests: list[RequestLog]) -> dict[str, RequestLog]:
    """One of each kind that occurred, the shortest of its kind."""
    chosen: dict[str, RequestLog] = {}
    for title, fits in _KINDS.items():
        if fitting := [one for one in requests if fits(one) and one not in chosen.values()]:
            chosen[title] = min(fitting, key=lambda one: len(one.events))
    return dict(list(chosen.items())[:3])
