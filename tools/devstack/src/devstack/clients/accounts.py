"""The partners' accounts as the events tell them: each decision has the next sequence, each balance follows from the last."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from devstack.clients.event_log import Received

SIGNS = {"points.credited": 1, "points.deducted": -1, "points.rejected": 0}


@dataclass
class Accounts:
    """The last balance of every account, the decisions, and what does not add up."""

    balances: dict[str, int] = field(default_factory=dict)
    decisions: Counter[str] = field(default_factory=Counter)  # by event type
    refusals: Counter[str] = field(default_factory=Counter)  # by reason
    errors: list[str] = field(default_factory=list)


def audit(events: list[Received]) -> Accounts:
    accounts = Accounts(decisions=Counter(event.type for event in events))
    accounts.refusals.update(event.data["reason"] for event in events if event.type == "points.rejected")
    charges = Counter(event.data["matchId"] for event in events if event.type == "points.deducted")
    accounts.errors += [f"match {match} was charged twice" for match, count in charges.items() if count > 1]
    by_partner: dict[str, list[Received]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.data["sequence"]):
        by_partner[event.data["partnerId"]].append(event)
    for partner, entries in sorted(by_partner.items()):
        accounts.errors += errors(partner, entries)
        accounts.balances[partner] = entries[-1].data["balance"]
    return accounts


def errors(partner: str, entries: list[Received]) -> list[str]:
    """What is wrong in an account's entries, which are in the order of their sequence."""
    found = [f"{partner} has a balance below zero at sequence {e.data['sequence']}" for e in entries if e.data["balance"] < 0]
    for before, entry in zip(entries, entries[1:], strict=False):
        sequence, change = entry.data["sequence"], SIGNS[entry.type] * entry.data["points"]
        if before.data["sequence"] == 0:  # the answer where there is no account
            continue
        if sequence != before.data["sequence"] + 1:
            found.append(f"{partner} has a gap behind sequence {before.data['sequence']}")
        elif entry.data["balance"] != before.data["balance"] + change:
            found.append(f"{partner} has a wrong balance at sequence {sequence}")
    return found
