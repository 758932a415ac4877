"""Each way in which the texts, or what is said of them, can be wrong."""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from day.journal import moment
from events import Event
from evidence import Evidence, Lost
from leases import LEASE_SECONDS, NEWS
from tampering import request_in, unpublish


def a_text_is_missing(evidence: Evidence) -> None:
    evidence.texts[request_in(evidence, "confirmed")["requestId"]] = []


def texts_are_sent_twice(evidence: Evidence) -> None:
    for texts in evidence.texts.values():
        texts *= 2


def an_end_is_not_told(evidence: Evidence) -> None:
    request = request_in(evidence, "unmatched")["requestId"]
    for event in map(json.loads, list(evidence.published)):
        if event["type"].startswith("notification.") and event["data"]["requestId"] == request:
            unpublish(evidence, event["id"])


def more_are_sent_again_than_were_lost(evidence: Evidence) -> None:
    texts_are_sent_twice(evidence)
    delay(evidence, lambda event: event["type"].startswith("notification."))
    evidence.lost = Lost(1, 10)


def one_is_sent_again_within_its_lease(evidence: Evidence) -> None:
    """Though there is a lease's time between the first news and the last text."""
    request, last = told_twice(evidence)
    delay(evidence, lambda event: last in (event["id"], event.get("causationid")))
    evidence.texts[request].append("again")
    evidence.lost = Lost(1, 10)


def delay(evidence: Evidence, where: Callable[[Event], bool]) -> None:
    """By a lease's time."""
    for place, event in enumerate(map(json.loads, list(evidence.published))):
        if where(event):
            later = datetime.fromisoformat(event["time"]) + timedelta(seconds=LEASE_SECONDS)
            evidence.published[place] = json.dumps(event | {"time": later.isoformat()})


def told_twice(evidence: Evidence) -> tuple[str, str]:
    """A request of which there was news twice, told at once, and the id of its last news."""
    told: dict[str, list[Event]] = defaultdict(list)
    for event in map(json.loads, dict.fromkeys(evidence.published)):
        if event["type"] in NEWS | {"notification.sent"}:
            told[event["data"]["requestId"]].append(event)
    for request, events in told.items():
        times = [moment(event["time"]) for event in events]
        if len(events) == 4 and len(evidence.texts[request]) == 2 and max(times) - min(times) < LEASE_SECONDS:
            return request, max((event for event in events if event["type"] in NEWS), key=attempt)["id"]
    raise AssertionError("nobody was told twice")


def attempt(news: Event) -> int:
    return int(news["data"]["attempt"])


TAMPERINGS_OF_TEXTS: dict[Callable[[Evidence], None], str] = {
    a_text_is_missing: "0 texts, ",
    texts_are_sent_twice: "2 texts, 1 said to be sent",
    more_are_sent_again_than_were_lost: "sent again, lost batches had 10 records",
    one_is_sent_again_within_its_lease: "3 texts, 2 said to be sent, 0 perhaps in vain",
    an_end_is_not_told: "was not told its end",
}
