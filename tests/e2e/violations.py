"""Each way in which the observations of a burst can violate an invariant, and the problem that has to be reported."""

import json
from collections.abc import Callable
from typing import Any

from devstack.events import Event
from observations import Item, Observations


def request_in(observed: Observations, state: str) -> Item:
    return next(item for item in observed.requests.values() if item["state"] == state)


def published(observed: Observations, kind: str, partner: str = "") -> Event:
    """The last of its kind."""
    events = map(json.loads, reversed(observed.published))
    return next(event for event in events if event["type"] == kind and partner in event["data"].get("partnerId", ""))


def publish_as_another(observed: Observations, event: Event, **data: str) -> None:
    observed.published.append(json.dumps(event | {"id": "another", "data": event["data"] | data}))


def unpublish(observed: Observations, event_id: str) -> None:
    observed.published[:] = [body for body in observed.published if json.loads(body)["id"] != event_id]


def charged_decision(observed: Observations) -> Item:
    return next(one for one in observed.decisions if "transfer" in one and one["pk"].startswith("match#"))


def rich(named: dict[str, Any]) -> str:
    return next(partner for partner in named if partner.startswith("rich"))


def one_is_lost(observed: Observations) -> None:
    observed.requests.popitem()


def one_waits_forever(observed: Observations) -> None:
    request_in(observed, "confirmed")["state"] = "pending"


def one_ends_twice(observed: Observations) -> None:
    unmatched = request_in(observed, "unmatched")["requestId"]
    publish_as_another(observed, published(observed, "points.deducted"), requestId=unmatched)


def a_close_is_forgotten(observed: Observations) -> None:
    request_in(observed, "closed")["state"] = "confirmed"


def a_charge_is_missing(observed: Observations) -> None:
    observed.decisions.remove(charged_decision(observed))


def a_charge_is_published_twice(observed: Observations) -> None:
    publish_as_another(observed, published(observed, "points.deducted"))


def a_released_match_is_charged(observed: Observations) -> None:
    refusal = next(one for one in observed.decisions if "transfer" not in one and one["pk"].startswith("match#"))
    refusal["transfer"] = charged_decision(observed)["transfer"]


def a_sequence_has_a_gap(observed: Observations) -> None:
    del observed.histories[rich(observed.histories)][1]


def a_balance_is_wrong(observed: Observations) -> None:
    observed.histories[rich(observed.histories)][1]["balance"] += 1


def a_balance_is_negative(observed: Observations) -> None:
    short = next(history for partner, history in observed.histories.items() if partner.startswith("short"))
    short[0]["transfer"] = {"points": 1, "credit": "platform"}
    short[0]["balance"] = -1


def an_account_is_wrong(observed: Observations) -> None:
    observed.accounts[rich(observed.accounts)]["balance"] += 1


def a_decision_on_an_account_is_not_published(observed: Observations) -> None:
    unpublish(observed, published(observed, "points.deducted", "rich")["id"])


def capacity_is_freed_twice(observed: Observations) -> None:
    observed.partners[rich(observed.partners)]["openMatches"] -= 1


def too_many_matches_were_open(observed: Observations) -> None:
    observed.peaks[next(partner for partner in observed.peaks if partner.startswith("small"))] = 5


def an_event_has_two_bodies(observed: Observations) -> None:
    observed.published.append(observed.published[0] + " ")


def a_saved_event_is_decided_anew(observed: Observations) -> None:
    charged_decision(observed)["publication"]["body"] += " "


def a_saved_event_is_never_published(observed: Observations) -> None:
    saved = charged_decision(observed)["publication"]
    unpublish(observed, json.loads(saved["body"])["id"])


def an_event_is_counted_twice(observed: Observations) -> None:
    history = next(iter(observed.counted.values()))
    history.append(history[0])


def an_event_is_not_counted(observed: Observations) -> None:
    next(iter(observed.counted.values())).pop()


def a_good_record_is_quarantined(observed: Observations) -> None:
    observed.quarantined.append({"data": {"messageId": "good"}})


def a_bad_record_is_lost(observed: Observations) -> None:
    observed.quarantined.pop()


def a_record_is_a_dead_letter(observed: Observations) -> None:
    observed.left["MatchingDeadLetter"] = 1


VIOLATIONS: dict[Callable[[Observations], None], str] = {
    one_is_lost: "is not stored",
    one_waits_forever: "is pending",
    one_ends_twice: "published 1 times as charged, 1 times as unmatched",
    a_close_is_forgotten: "though reported closed",
    a_charge_is_missing: "1 live matches, 0 charges (ledger)",
    a_charge_is_published_twice: "1 live matches, 2 charges (public)",
    a_released_match_is_charged: "0 live matches, 1 charges (ledger)",
    a_sequence_has_a_gap: "decision 2 says",
    a_balance_is_wrong: "decision 2 says",
    a_balance_is_negative: "decision 1 says -1 at 1",
    an_account_is_wrong: "the account says",
    a_decision_on_an_account_is_not_published: "published and stored decisions differ",
    capacity_is_freed_twice: "open matches and has",
    too_many_matches_were_open: "with room for 4",
    an_event_has_two_bodies: "was published with two contents",
    a_saved_event_is_decided_anew: "was saved, but not so published",
    a_saved_event_is_never_published: "was saved, but not so published",
    an_event_is_counted_twice: "counted without being published, or twice",
    an_event_is_not_counted: "not counted",
    a_good_record_is_quarantined: "quarantined",
    a_bad_record_is_lost: "quarantined",
    a_record_is_a_dead_letter: "left on queues",
}
