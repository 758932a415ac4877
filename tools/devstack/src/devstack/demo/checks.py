"""What the run must have come to, whatever the order and the speed: each line of the answer is something wrong."""

from collections import Counter
from typing import Any

from devstack.demo.books import Books
from devstack.demo.quarantine import UNKNOWN
from devstack.demo.run import Outcome

SHOWN = 5


def problems(outcome: Outcome, books: Books, expected: dict[str, Any], run: str) -> list[str]:
    journal = outcome.journal
    found = [outcome.unfinished] if outcome.unfinished else []
    waiting = sorted(one.id for one in journal.requests.values() if not one.at_rest)
    if waiting:
        found.append(f"{len(waiting)} of {len(journal.requests)} requests are not at rest: {_some(waiting)}")
    if not _is_same(outcome.quarantined, expected["quarantined"]):
        found.append(f"quarantined {_counts(outcome.quarantined)}, expected {_counts(expected['quarantined'])}")
    nobody = sorted(one.id for one in journal.requests.values() if one.state.endswith("no_partner"))
    wanted = sorted(key.replace(expected["token"], run) for key in expected["noPartner"])
    if not waiting and nobody != wanted:
        found.append(f"no_partner for {_some(nobody)}, expected for {_some(wanted)}")
    if len(journal.credited) != expected["purchases"]:
        found.append(f"{len(journal.credited)} purchases were credited, expected {expected['purchases']}")
    return found + journal.contradictions + books.errors


def _is_same(found: Counter[str], wanted: dict[str, int]) -> bool:
    if UNKNOWN in found:
        return found.total() == sum(wanted.values())
    return dict(found) == wanted


def _some(ids: list[str]) -> str:
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return (", ".join(ids[:SHOWN]) or "none") + more


def _counts(reasons: dict[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items())) or "nothing"
