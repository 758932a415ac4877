"""A request's history as its page shows it, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst

from .models import CustomerRequest, InboxEvent
from .progress import current_progress

HEADLINES = {
    "received": "We are looking for a partner",
    "matched": "We found {partner}",
    "charged": "{partner} is on it",
    "refused": "We are looking for another partner",
    "deferred": "Everybody is busy: we try again soon",
    "unmatched": "We could not find a partner",
}
STEPS = {
    "request.matched": "Matched with {partner}",
    "request.deferred": "Nobody was free; tried again in a moment",
    "request.unmatched": "No partner found",
    "points.deducted": "Confirmed: {points:,} points charged to the partner",
    "points.rejected": "The charge was refused; another partner is sought",
    "notification.sent": "You were told {channel}",
    "notification.failed": "You could not be told {channel}",
}
REASONS = {
    "no_partner": "nobody serves this here",
    "no_capacity": "nobody was free in time",
    "closed": "it was closed before",
    "insufficient_points": "too few points",
    "unknown_account": "no account yet",
    "no_channel": "neither phone nor app is known",
    "prefix_not_allowed": "no messages to this country",
    "too_late": "the news was too old",
}
CHANNELS = {"sms": "by text message", "push": "in the app", "none": "at all"}
FAILURES = ("request.unmatched", "points.rejected", "notification.failed")


@dataclass(frozen=True)
class Step:
    at: datetime
    after: timedelta  # since the request was received
    text: str
    reason: str = ""
    failed: bool = False

    @property
    def clock(self) -> str:
        """The time of day; within the first minute, the seconds since the request was received."""
        seconds = self.after.total_seconds()
        return f"+{seconds:.2f} s" if 0 < seconds < 60 else f"{timezone.localtime(self.at):%H:%M:%S}"


class RequestHistory:
    def __init__(self, request: CustomerRequest) -> None:
        self.request = request
        self.progress = current_progress(request)
        received = Step(request.submitted_at, timedelta(), "Request received")
        self.steps = [received, *(_step(event, request.submitted_at) for event in self.progress.events)]

    @property
    def headline(self) -> str:
        return capfirst(HEADLINES[self.progress.status].format(partner=_name(self.progress.partner)))

    @property
    def next_step(self) -> str:
        """The step that has to follow; empty in a final state."""
        if self.progress.is_final:
            return ""
        next_steps = {"matched": "Charging the partner", "charged": "Telling you", "unmatched": "Telling you"}
        return next_steps.get(self.progress.status, "Looking for a partner")

    @property
    def phone(self) -> str:
        """The phone number's first and last digits: enough for the customer to recognise it."""
        phone = self.request.phone
        return f"{phone[:3]} ··· {phone[-2:]}" if len(phone) > 8 else "on file" if phone else ""


def _step(event: InboxEvent, since: datetime) -> Step:
    data = event.data
    words = data | {"channel": CHANNELS.get(data.get("channel"), ""), "partner": _name(data.get("partner"))}
    return Step(
        at=event.time,
        after=event.time - since,
        text=STEPS[event.type].format(**words),
        reason=REASONS.get(data.get("reason"), ""),
        failed=event.type in FAILURES,
    )


def _name(partner: dict[str, Any] | None) -> str:
    return (partner or {}).get("name", "a partner")
