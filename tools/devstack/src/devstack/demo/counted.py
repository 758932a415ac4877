"""What statistics counted, once it has counted this run: the counters are those of the whole day, whoever sent what.

This run's events are asked for by id, in the stories of its requests and purchases. An empty queue would say less: its
length is approximate on AWS, and on a stack in use it is never empty.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from devstack.demo.counters import Counters, Rows, quantile
from devstack.demo.deployed import Stack
from devstack.demo.journal import Journal

STEP_SECONDS = 0.2
SHOWN = 3
MEASURES = {
    "matched": "matched",
    "charged": "charged",
    "refused": "refused",
    "unmatched": "unmatched",
    "told": "told",
    "points charged": "pointsCharged",
}


@dataclass(frozen=True)
class Counted:
    """The counters of this run's days, and its stories: the ids published, by key, and those found there."""

    days: list[str]
    rows: Rows
    published: dict[str, set[str]]
    found: dict[str, list[str]]

    @property
    def total(self) -> int:
        return sum(map(len, self.published.values()))

    @property
    def missing(self) -> int:
        return sum(len(ids.difference(self.found[key])) for key, ids in self.published.items())

    @property
    def problems(self) -> list[str]:
        """How what was counted differs from what this run's listener saw."""
        unseen = sum(len(set(ids) - self.published[key]) for key, ids in self.found.items())
        repeated = sum(len(ids) - len(set(ids)) for ids in self.found.values())
        wrong = {"not counted": self.missing, "counted but not seen": unseen, "counted twice": repeated}
        return [f"of {self.total} events seen {count} {how}" for how, count in wrong.items() if count]


def count(stack: Stack, journal: Journal, limit: float) -> Counted:
    """Waits until all that was published of this run is counted, then reads the counters of its days."""
    counters, end = Counters(stack), time.monotonic() + limit
    published = stories(journal)
    found = {key: _story(counters, key, ids, end) for key, ids in published.items()}
    ran = days(journal)
    return Counted(ran, counters.of(ran), published, found)


def stories(journal: Journal) -> dict[str, set[str]]:
    """The ids of this run's events by the key of their story."""
    ids = {f"request#{request.id}": {seen.id for seen in request.events} for request in journal.requests.values()}
    for seen in journal.accounts:
        if seen.data.get("purchaseId") in journal.purchase_ids:
            ids[f"purchase#{seen.data['purchaseId']}"] = {seen.id}
    return ids


def days(journal: Journal) -> list[str]:
    """Those that this run's events count to, in UTC: two where it ran across midnight."""
    moments = [seen.time for request in journal.requests.values() for seen in request.events] or [time.time()]
    return sorted({f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d}" for moment in moments})


def _story(counters: Counters, key: str, ids: set[str], end: float) -> list[str]:
    """A story, once these are in it or it is too late."""
    while not ids.issubset(story := counters.story(key)) and time.monotonic() < end:
        time.sleep(STEP_SECONDS)
    return story


def lines(counted: Counted) -> Iterator[str]:
    rows = counted.rows
    there = f"{counted.total - counted.missing:,} of {counted.total:,}"
    when = f"today, {counted.days[0]}" if len(counted.days) == 1 else " and ".join(counted.days)
    yield f"Counted {when} (UTC), in all runs; {there} events of this run are among them"
    yield from _events(rows["events"])
    yield f"  {'':<20}" + "".join(f"{name:>{len(name) + 3}}" for name in MEASURES)
    yield _measures("in all", rows["total"])
    for kind, several in (("category", "categories"), ("region", "regions")):
        names = [name for name in rows if name.startswith(f"{kind}#")]
        yield f"  the largest {min(SHOWN, len(names))} of {len(names)} {several}"
        yield from (_measures(f"  {name.removeprefix(f'{kind}#')}", rows[name]) for name in _largest(rows, names))
    yield f"  {'from the submission':<30}{'median':>10}{'90 %':>10}{'99 %':>10}"
    for until in ("match", "charge", "message"):
        delays = [quantile(rows[f"delay#{until}"], share) for share in (0.5, 0.9, 0.99)]
        yield f"  {f'to the {until}':<30}" + "".join(_delay(delay) for delay in delays)


def _delay(seconds: float | None) -> str:
    return f"{'–':>10}" if seconds is None else f"{seconds:>8.2f} s"


def _events(counts: Counter[str]) -> Iterator[str]:
    """Four types a line."""
    named = [f"{name} {number:,}" for name, number in sorted(counts.items())]
    for start in range(0, len(named), 4):
        yield "  " + " · ".join(named[start : start + 4])


def _measures(name: str, counts: Counter[str]) -> str:
    numbers = (f"{counts[measure]:>{len(title) + 3},}" for title, measure in MEASURES.items())
    return f"  {name:<20}" + "".join(numbers)


def _largest(rows: Rows, names: list[str]) -> list[str]:
    return sorted(names, key=lambda name: (-rows[name]["matched"], name))[:SHOWN]
