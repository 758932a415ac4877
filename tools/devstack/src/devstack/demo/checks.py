"""What must hold of a run, at any order and speed."""

from collections import Counter

from devstack.clients.accounts import Accounts
from devstack.demo.run import UNKNOWN, Result
from devstack.demo.statistics import Counted

SHOWN = 5


def checks(result: Result, accounts: Accounts, counted: Counted) -> dict[str, list[str]]:
    """Each statement that must hold and could be checked, and what contradicts it."""
    expected, log, problems = result.burst.expected, result.log, [result.unfinished] if result.unfinished else []
    waiting = sorted(request.id for request in log.requests.values() if not request.is_settled)
    if waiting:
        problems.append(f"{len(waiting)} of {len(log.requests)} requests are not settled: {some(waiting)}")
    credited = [f"{len(log.credited)} purchases were credited, expected {expected['purchases']}"]
    outcomes = {} if waiting else {"only requests for which there is no partner found none": without_partner(result)}
    reasons_known = "" if UNKNOWN in result.quarantined else " each with its reason,"
    return {
        "every request is settled, and its customer was told or cannot be": problems,
        **outcomes,
        f"this run's bad records are all in quarantine,{reasons_known} and none of its good ones": quarantine(result),
        "every purchase was credited": credited if len(log.credited) != expected["purchases"] else [],
        "no match was charged twice, no balance is below zero, no account's sequence has a gap": accounts.errors,
        "whatever was published again was published byte for byte": log.contradictions,
        "statistics counted every event once": counted.problems,
    }


def without_partner(result: Result) -> list[str]:
    found = sorted(request.id for request in result.log.requests.values() if request.state.endswith("no_partner"))
    wanted = sorted(map(result.burst.rename, result.burst.expected["noPartner"]))
    return [f"no_partner for {some(found)}, expected for {some(wanted)}"] if found != wanted else []


def quarantine(result: Result) -> list[str]:
    found, wanted = result.quarantined, Counter(result.burst.expected["quarantined"])
    is_right = found.total() == wanted.total() if UNKNOWN in found else found == wanted
    return [] if is_right else [f"quarantined {reasons(found)}, expected {reasons(wanted)}"]


def some(ids: list[str]) -> str:
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return (", ".join(ids[:SHOWN]) or "none") + more


def reasons(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items())) or "nothing"
