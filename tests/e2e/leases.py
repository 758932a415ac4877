"""How long news waited to be told: whoever tells it has it leased, and if he dies the next one waits until that is over."""

import json

from devstack.demo.journal import Request, moment
from evidence import Evidence

NEWS = {"request.matched", "request.unmatched"}
LEASE_SECONDS = 60


def answers(evidence: Evidence) -> dict[str, float]:
    """When each piece of news was told, by its event's id."""
    events = map(json.loads, evidence.published)
    return {event["causationid"]: moment(event["time"]) for event in events if event["type"].startswith("notification.")}


def leases_over(request: Request, answered: dict[str, float]) -> int:
    """How many leases can have run out: of each piece of news, until it was told or one that overtook it."""
    news = [seen for seen in request.events if seen.type in NEWS]
    ends = [(seen.data["attempt"], answered[seen.id]) for seen in news if seen.id in answered]
    over = 0
    for seen in news:
        end = min((end for attempt, end in ends if attempt >= seen.data["attempt"]), default=seen.time)
        over += int((end - seen.time) // LEASE_SECONDS)
    return over
