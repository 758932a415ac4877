"""Each way in which the texts, or what is said of them, can be wrong."""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from devstack.demo.journal import moment
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
    news, answer = told_at_once(evidence)
    later = {"id": "later news", "data": news["data"] | {"attempt": news["data"]["attempt"] + 1}}
    evidence.published += map(json.dumps, (news | later, answer | {"id": "later answer", "causationid": "later news"}))
    delay(evidence, lambda event: event["id"].startswith("later"))
    evidence.texts[news["data"]["requestId"]] += ["later", "again"]
    evidence.lost = Lost(1, 10)


def delay(evidence: Evidence, where: Callable[[Event], bool]) -> None:
    """By a lease's time."""
    for place, event in enumerate(map(json.loads, list(evidence.published))):
        if where(event):
            later = datetime.fromisoformat(event["time"]) + timedelta(seconds=LEASE_SECONDS)
            evidence.published[place] = json.dumps(event | {"time": later.isoformat()})


def told_at_once(evidence: Evidence) -> tuple[Event, Event]:
    """The only news of a request, and that it was sent, once, within its lease."""
    told: dict[str, list[Event]] = defaultdict(list)
    for event in map(json.loads, dict.fromkeys(evidence.published)):
        if event["type"] in NEWS | {"notification.sent"}:
            told[event["data"]["requestId"]].append(event)
    for request, events in told.items():
        if [event["type"] in NEWS for event in events] == [True, False] and len(evidence.texts.get(request, [])) == 1:
            news, answer = events
            if moment(answer["time"]) - moment(news["time"]) < LEASE_SECONDS:
                return news, answer
    raise AssertionError("nobody was told at once")


TAMPERINGS_OF_TEXTS: dict[Callable[[Evidence], None], str] = {
    a_text_is_missing: "0 texts, ",
    texts_are_sent_twice: "2 texts, 1 said to be sent",
    more_are_sent_again_than_were_lost: "sent again, lost batches had 10 records",
    one_is_sent_again_within_its_lease: "3 texts, 2 said to be sent, 0 perhaps in vain",
    an_end_is_not_told: "was not told its end",
}
