"""Each way in which the texts, or the events about them, can violate an invariant."""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from devstack.clients.event_log import DECISIONS, moment
from devstack.events import Event
from leases import LEASE_SECONDS
from observations import LostBatches, Observations
from violations import request_in, unpublish


def a_text_is_missing(observed: Observations) -> None:
    observed.texts[request_in(observed, "confirmed")["requestId"]] = []


def texts_are_sent_twice(observed: Observations) -> None:
    for texts in observed.texts.values():
        texts *= 2


def a_decision_is_not_told(observed: Observations) -> None:
    request = request_in(observed, "unmatched")["requestId"]
    for event in map(json.loads, list(observed.published)):
        if event["type"].startswith("notification.") and event["data"]["requestId"] == request:
            unpublish(observed, event["id"])


def more_are_sent_again_than_were_lost(observed: Observations) -> None:
    texts_are_sent_twice(observed)
    delay(observed, lambda event: event["type"].startswith("notification."))
    observed.lost = LostBatches(1, 10)


def one_is_sent_again_within_its_lease(observed: Observations) -> None:
    """Though there is a lease's time between the first decision and the last text."""
    decision, answer = told_at_once(observed)
    later = {"id": "later decision", "data": decision["data"] | {"attempt": decision["data"]["attempt"] + 1}}
    observed.published += map(json.dumps, (decision | later, answer | {"id": "later answer", "causationid": "later decision"}))
    delay(observed, lambda event: event["id"].startswith("later"))
    observed.texts[decision["data"]["requestId"]] += ["later", "again"]
    observed.lost = LostBatches(1, 10)


def delay(observed: Observations, where: Callable[[Event], bool]) -> None:
    """By a lease's time."""
    for place, event in enumerate(map(json.loads, list(observed.published))):
        if where(event):
            later = datetime.fromisoformat(event["time"]) + timedelta(seconds=LEASE_SECONDS)
            observed.published[place] = json.dumps(event | {"time": later.isoformat()})


def told_at_once(observed: Observations) -> tuple[Event, Event]:
    """The only decision of a request, and the event that it was sent, once, within its lease."""
    told: dict[str, list[Event]] = defaultdict(list)
    for event in map(json.loads, dict.fromkeys(observed.published)):
        if event["type"] in {*DECISIONS, "notification.sent"}:
            told[event["data"]["requestId"]].append(event)
    for request, events in told.items():
        if [event["type"] in DECISIONS for event in events] == [True, False] and len(observed.texts.get(request, [])) == 1:
            decision, answer = events
            if moment(answer["time"]) - moment(decision["time"]) < LEASE_SECONDS:
                return decision, answer
    raise AssertionError("no decision was told at once")


VIOLATIONS_OF_TEXTS: dict[Callable[[Observations], None], str] = {
    a_text_is_missing: "0 texts, ",
    texts_are_sent_twice: "2 texts, 1 said to be sent",
    more_are_sent_again_than_were_lost: "sent again, lost batches had 10 records",
    one_is_sent_again_within_its_lease: "3 texts, 2 said to be sent, 0 perhaps not saved",
    a_decision_is_not_told: "was not told its decision",
}
