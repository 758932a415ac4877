"""The partners' accounts as the events tell them: each decision the next sequence, each balance its predecessor's."""

from dataclasses import dataclass, field

from devstack.demo.journal import Seen


@dataclass
class Books:
    """The last balance of every account, and what does not add up."""

    balances: dict[str, int] = field(default_factory=dict)
    credits: int = 0
    charges: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def audit(events: list[Seen]) -> Books:
    books = Books()
    by_partner: dict[str, list[Seen]] = {}
    charged: set[str] = set()
    for seen in events:
        by_partner.setdefault(seen.data["partnerId"], []).append(seen)
        match seen.type:
            case "points.credited":
                books.credits += 1
            case "points.deducted":
                books.charges += 1
                if seen.data["matchId"] in charged:
                    books.errors.append(f"match {seen.data['matchId']} was charged twice")
                charged.add(seen.data["matchId"])
            case "points.rejected":
                books.refusals[seen.data["reason"]] = books.refusals.get(seen.data["reason"], 0) + 1
    for partner_id, entries in sorted(by_partner.items()):
        _follow(partner_id, entries, books)
    return books


def _follow(partner_id: str, entries: list[Seen], books: Books) -> None:
    """Walks an account in the order of its sequence; sequence 0 is the answer where there is no account."""
    entries = sorted(entries, key=lambda seen: seen.data["sequence"])
    before: Seen | None = None
    for seen in entries:
        if seen.data["balance"] < 0:
            books.errors.append(f"{partner_id} has a balance below zero at sequence {seen.data['sequence']}")
        if before is not None and before.data["sequence"] > 0:
            _compare(partner_id, before, seen, books)
        before = seen
    if before is not None:
        books.balances[partner_id] = before.data["balance"]


def _compare(partner_id: str, before: Seen, seen: Seen, books: Books) -> None:
    change = {"points.credited": 1, "points.deducted": -1, "points.rejected": 0}[seen.type] * seen.data["points"]
    if seen.data["sequence"] != before.data["sequence"] + 1:
        books.errors.append(f"{partner_id} has a gap behind sequence {before.data['sequence']}")
    elif seen.data["balance"] != before.data["balance"] + change:
        books.errors.append(f"{partner_id} has a wrong balance at sequence {seen.data['sequence']}")
