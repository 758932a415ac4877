"""How long decisions waited to be told: the process that tells one holds a lease, and where it dies the next waits until
the lease is over."""

import json

from devstack.clients.event_log import DECISIONS, RequestLog, moment
from observations import Observations

LEASE_SECONDS = 60


def answers(observed: Observations) -> dict[str, float]:
    """When each decision was told, by its event's id."""
    events = map(json.loads, observed.published)
    return {event["causationid"]: moment(event["time"]) for event in events if event["type"].startswith("notification.")}


def leases_over(request: RequestLog, answered: dict[str, float]) -> int:
    """How many leases can have run out: of each decision, until it was told or one that overtook it."""
    decisions = request.of(*DECISIONS)
    ends = [(decision.data["attempt"], answered[decision.id]) for decision in decisions if decision.id in answered]
    over = 0
    for decision in decisions:
        end = min((end for attempt, end in ends if attempt >= decision.data["attempt"]), default=decision.time)
        over += int((end - decision.time) // LEASE_SECONDS)
    return over
