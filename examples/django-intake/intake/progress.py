"""Where a request stands: a function of the events known of it, whatever the order in which they came."""

from dataclasses import dataclass, field
from typing import Any

from .models import CustomerRequest, InboxEvent

STATUS = {
    "request.matched": "matched",
    "request.deferred": "deferred",
    "request.unmatched": "unmatched",
    "points.rejected": "refused",
    "points.deducted": "charged",
}
ANSWERS = ("points.rejected", "points.deducted")  # they come after the decision that they answer
AT_REST = ("charged", "unmatched")  # once told, and once the match is known: it may come after its charge
LAST = 1 << 31


@dataclass(frozen=True)
class Progress:
    status: str = "received"
    attempt: int = 0
    partner: dict[str, Any] | None = None
    points: int | None = None
    reason: str | None = None
    told: dict[str, Any] | None = None
    at_rest: bool = False
    events: list[InboxEvent] = field(default_factory=list)  # by their own times


def progress(request: CustomerRequest) -> Progress:
    events = sorted(request.events.all(), key=lambda event: (event.time, event.id))
    attempts = _attempts(events)
    decisive = max((e for e in events if e.type in STATUS), key=lambda e: _rank(e, attempts), default=None)
    if not decisive:
        return Progress(events=events)
    status, attempt, reason = STATUS[decisive.type], attempts[decisive.id], decisive.data.get("reason")
    match = next((e for e in events if e.type == "request.matched" and attempts[e.id] == attempt), None)
    news = max((e for e in events if e.type not in STATUS), key=lambda e: (attempts[e.id], _last(e)), default=None)
    told = news is not None and attempts[news.id] == attempt and (any(_last(news)) or not request.phone)
    return Progress(
        status=status,
        attempt=attempt,
        partner=match and match.data["partner"],
        points=decisive.data["points"] if status == "charged" else None,
        reason=reason,
        told=news and {"by": news.data["channel"], "of": news.data["cause"], "failed": news.data.get("reason")},
        at_rest=status in AT_REST and attempt > 0 and (told or reason == "closed"),
        events=events,
    )


def _attempts(events: list[InboxEvent]) -> dict[str, int]:
    """The attempt that each event belongs to: its own, or that of the event that caused it; 0 until that has come."""
    own = {event.id: event.data["attempt"] for event in events if "attempt" in event.data}
    return {event.id: own.get(event.id, own.get(event.causation_id, 0)) for event in events}


def _rank(event: InboxEvent, attempts: dict[str, int]) -> tuple[int, bool]:
    """Nothing follows a charge, so it needs no attempt."""
    return (LAST if event.type == "points.deducted" else attempts[event.id], event.type in ANSWERS)


def _last(news: InboxEvent) -> tuple[bool, bool]:
    """How final this news is: after a push that was refused, a text message may follow."""
    refused_push = news.data["channel"] == "push" and news.data.get("reason") == "refused"
    return (news.type == "notification.sent", not refused_push)
