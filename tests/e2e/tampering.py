"""Each way in which the evidence of a burst can be wrong, and what has to be said of it."""

import json
from collections.abc import Callable
from typing import Any

from events import Event
from evidence import Evidence, Item


def request_in(evidence: Evidence, state: str) -> Item:
    return next(item for item in evidence.requests.values() if item["state"] == state)


def published(evidence: Evidence, kind: str, partner: str = "") -> Event:
    """The last of its kind."""
    events = map(json.loads, reversed(evidence.published))
    return next(event for event in events if event["type"] == kind and partner in event["data"].get("partnerId", ""))


def publish_as_another(evidence: Evidence, event: Event, **data: str) -> None:
    evidence.published.append(json.dumps(event | {"id": "another", "data": event["data"] | data}))


def unpublish(evidence: Evidence, event_id: str) -> None:
    evidence.published[:] = [body for body in evidence.published if json.loads(body)["id"] != event_id]


def charged_decision(evidence: Evidence) -> Item:
    return next(one for one in evidence.decisions if "transfer" in one and one["pk"].startswith("match#"))


def rich(named: dict[str, Any]) -> str:
    return next(partner for partner in named if partner.startswith("rich"))


def one_is_lost(evidence: Evidence) -> None:
    evidence.requests.popitem()


def one_waits_for_ever(evidence: Evidence) -> None:
    request_in(evidence, "confirmed")["state"] = "pending"


def one_ends_twice(evidence: Evidence) -> None:
    unmatched = request_in(evidence, "unmatched")["requestId"]
    publish_as_another(evidence, published(evidence, "points.deducted"), requestId=unmatched)


def a_close_is_forgotten(evidence: Evidence) -> None:
    request_in(evidence, "closed")["state"] = "confirmed"


def a_charge_is_missing(evidence: Evidence) -> None:
    evidence.decisions.remove(charged_decision(evidence))


def a_charge_is_published_twice(evidence: Evidence) -> None:
    publish_as_another(evidence, published(evidence, "points.deducted"))


def a_released_match_is_charged(evidence: Evidence) -> None:
    refusal = next(one for one in evidence.decisions if "transfer" not in one and one["pk"].startswith("match#"))
    refusal["transfer"] = charged_decision(evidence)["transfer"]


def a_sequence_has_a_gap(evidence: Evidence) -> None:
    entries = evidence.entries[rich(evidence.entries)]
    del entries[1]


def a_balance_is_wrong(evidence: Evidence) -> None:
    evidence.entries[rich(evidence.entries)][1]["balance"] += 1


def a_balance_is_negative(evidence: Evidence) -> None:
    short = next(entries for partner, entries in evidence.entries.items() if partner.startswith("short"))
    short[0]["change"] = -1
    short[0]["balance"] = -1


def an_account_is_wrong(evidence: Evidence) -> None:
    evidence.accounts[rich(evidence.accounts)]["balance"] += 1


def a_decision_on_an_account_is_not_published(evidence: Evidence) -> None:
    unpublish(evidence, published(evidence, "points.deducted", "rich")["id"])


def capacity_is_freed_twice(evidence: Evidence) -> None:
    evidence.partners[rich(evidence.partners)]["openMatches"] -= 1


def too_many_matches_were_open(evidence: Evidence) -> None:
    evidence.fullest[next(partner for partner in evidence.fullest if partner.startswith("small"))] = 5


def an_event_has_two_bodies(evidence: Evidence) -> None:
    evidence.published.append(evidence.published[0] + " ")


def a_saved_event_is_decided_anew(evidence: Evidence) -> None:
    charged_decision(evidence)["publication"]["body"] += " "


def a_saved_event_is_never_published(evidence: Evidence) -> None:
    unpublish(evidence, charged_decision(evidence)["publication"]["id"])


def an_event_is_counted_twice(evidence: Evidence) -> None:
    story = next(iter(evidence.counted.values()))
    story.append(story[0])


def an_event_is_not_counted(evidence: Evidence) -> None:
    next(iter(evidence.counted.values())).pop()


def a_good_record_is_quarantined(evidence: Evidence) -> None:
    evidence.quarantined.append({"data": {"messageId": "good"}})


def a_bad_record_is_lost(evidence: Evidence) -> None:
    evidence.quarantined.pop()


def a_record_is_a_dead_letter(evidence: Evidence) -> None:
    evidence.left["MatchingDeadLetter"] = 1


TAMPERINGS: dict[Callable[[Evidence], None], str] = {
    one_is_lost: "is not stored",
    one_waits_for_ever: "is pending",
    one_ends_twice: "published 1 times as charged, 1 times as unmatched",
    a_close_is_forgotten: "though reported closed",
    a_charge_is_missing: "1 live matches, 0 charges (ledger)",
    a_charge_is_published_twice: "1 live matches, 2 charges (public)",
    a_released_match_is_charged: "0 live matches, 1 charges (ledger)",
    a_sequence_has_a_gap: "entry 2 says",
    a_balance_is_wrong: "entry 2 says",
    a_balance_is_negative: "entry 1 says -1 at 1",
    an_account_is_wrong: "the account says",
    a_decision_on_an_account_is_not_published: "published and stored entries differ",
    capacity_is_freed_twice: "open matches and has",
    too_many_matches_were_open: "with room for 4",
    an_event_has_two_bodies: "was published with two contents",
    a_saved_event_is_decided_anew: "was saved, but not so published",
    a_saved_event_is_never_published: "was saved, but not so published",
    an_event_is_counted_twice: "counted in vain or twice",
    an_event_is_not_counted: "not counted",
    a_good_record_is_quarantined: "quarantined",
    a_bad_record_is_lost: "quarantined",
    a_record_is_a_dead_letter: "left on queues",
}
