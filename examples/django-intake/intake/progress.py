"""A request's state, computed from the set of its events: the order of their arrival does not matter."""

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
CHARGE_RESULTS = ("points.rejected", "points.deducted")  # newer than the match of the same attempt
FINAL = ("charged", "unmatched")  # once the customer is notified and the decision, which may arrive later, is known
AFTER_ALL_ATTEMPTS = 1 << 31


@dataclass(frozen=True)
class Progress:
    status: str = "received"
    attempt: int = 0
    partner: dict[str, Any] | None = None
    points: int | None = None
    reason: str | None = None
    notification: dict[str, Any] | None = None
    is_final: bool = False
    events: list[InboxEvent] = field(default_factory=list)  # in the order of their times


def current_progress(request: CustomerRequest) -> Progress:
    events = sorted(request.events.all(), key=lambda event: (event.time, event.id))
    attempts = _attempts(events)
    newest = max((e for e in events if e.type in STATUS), key=lambda e: _recency(e, attempts), default=None)
    if not newest:
        return Progress(events=events)
    status, attempt, reason = STATUS[newest.type], attempts[newest.id], newest.data.get("reason")
    match = next((e for e in events if e.type == "request.matched" and attempts[e.id] == attempt), None)
    news = max((e for e in events if e.type not in STATUS), key=lambda e: (attempts[e.id], _finality(e)), default=None)
    notified = news is not None and attempts[news.id] == attempt and (any(_finality(news)) or not request.phone)
    return Progress(
        status=status,
        attempt=attempt,
        partner=match and match.data["partner"],
        points=newest.data["points"] if status == "charged" else None,
        reason=reason,
        notification=news and {"by": news.data["channel"], "of": news.data["cause"], "failed": news.data.get("reason")},
        is_final=status in FINAL and attempt > 0 and (notified or reason == "closed"),
        events=events,
    )


def _attempts(events: list[InboxEvent]) -> dict[str, int]:
    """Each event's attempt: its own, or that of the event that caused it; 0 until that one has arrived."""
    own = {event.id: event.data["attempt"] for event in events if "attempt" in event.data}
    return {event.id: own.get(event.id, own.get(event.causation_id, 0)) for event in events}


def _recency(event: InboxEvent, attempts: dict[str, int]) -> tuple[int, bool]:
    """The newest event has the highest. No event follows a charge, so a charge needs no attempt."""
    attempt = AFTER_ALL_ATTEMPTS if event.type == "points.deducted" else attempts[event.id]
    return (attempt, event.type in CHARGE_RESULTS)


def _finality(news: InboxEvent) -> tuple[bool, bool]:
    """The last news of an attempt has the highest: after a push that was refused, a text message may follow."""
    refused_push = news.data["channel"] == "push" and news.data.get("reason") == "refused"
    return (news.type == "notification.sent", not refused_push)
