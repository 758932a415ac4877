"""What statistics counted, once it has counted this run: the counters are those of the whole day, of all runs.

This run's events are asked for by id, by the requests and purchases that they are about. An empty queue would say less: its
length is approximate on AWS, and on a stack in use it is never empty. The table's layout: docs/do/read-statistics.md.
"""

import math
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from devstack.clients.event_log import EventLog
from devstack.clients.stack import Stack
from devstack.waiting import ticks

SHARDS = 16
STEP_SECONDS = 0.2
SHOWN = 3
# What the report calls a counter, and its attribute's name.
MEASURES = {
    "matched": "matched",
    "charged": "charged",
    "refused": "refused",
    "unmatched": "unmatched",
    "told": "told",
    "points charged": "pointsCharged",
}
# By `sk` (`total`, `category#cleaning`), then by the attribute's name.
Rows = dict[str, Counter[str]]


@dataclass(frozen=True)
class Counted:
    """The counters of this run's days, and its events' ids, published and counted, by the key that they are counted under."""

    days: list[str]
    rows: Rows
    published: dict[str, set[str]]
    counted: dict[str, list[str]]

    @property
    def total(self) -> int:
        return sum(map(len, self.published.values()))

    @property
    def missing(self) -> int:
        return sum(len(ids.difference(self.counted[key])) for key, ids in self.published.items())

    @property
    def problems(self) -> list[str]:
        """How what was counted differs from what this run received."""
        unknown = sum(len(set(ids) - self.published[key]) for key, ids in self.counted.items())
        repeated = sum(len(ids) - len(set(ids)) for ids in self.counted.values())
        wrong = {"not counted": self.missing, "counted but not seen": unknown, "counted twice": repeated}
        return [f"of {self.total} events seen {count} {how}" for how, count in wrong.items() if count]


def count(stack: Stack, log: EventLog, limit: float) -> Counted:
    """Waits until all that was published of this run is counted, has it added to the counters, then reads those of its days."""
    end = time.monotonic() + limit
    published = ids_by_key(log)
    counted = {key: counted_ids(stack, key, ids, end) for key, ids in published.items()}
    stack.fold()
    return Counted(days(log), counters(stack, days(log)), published, counted)


def ids_by_key(log: EventLog) -> dict[str, set[str]]:
    ids = {f"request#{request.id}": {event.id for event in request.events} for request in log.requests.values()}
    bought = [event for event in log.accounts if event.data.get("purchaseId") in log.purchase_ids]
    return ids | {f"purchase#{event.data['purchaseId']}": {event.id} for event in bought}


def days(log: EventLog) -> list[str]:
    """Those that this run's events count to, in UTC: two where it ran across midnight."""
    moments = [event.time for request in log.requests.values() for event in request.events] or [time.time()]
    return sorted({f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d}" for moment in moments})


def counted_ids(stack: Stack, key: str, expected: set[str], end: float) -> list[str]:
    """The ids that are counted under a key, once the expected ones are among them or it is too late."""
    ids: list[str] = []
    for _ in ticks(end - time.monotonic(), STEP_SECONDS):
        ids = [item["id"] for item in stack.query("Statistics", key)]
        if expected.issubset(ids):
            break
    return ids


def counters(stack: Stack, days: list[str]) -> Rows:
    """The counters of some days (`2026-03-01`), their shards added up."""
    keys = [f"day#{day}#{shard:02}" for day in days for shard in range(SHARDS)]
    rows: Rows = defaultdict(Counter)
    with ThreadPoolExecutor(SHARDS) as pool:
        for items in pool.map(lambda key: stack.query("Statistics", key), keys):
            for item in items:
                rows[item["sk"]].update({name: value for name, value in item.items() if isinstance(value, int)})
    return rows


def quantile(histogram: Counter[str], share: float) -> float | None:
    """The delay, in seconds, that this share of all did not exceed: the upper bound of its bucket. None of none."""
    rest = math.ceil(share * histogram.total())
    for bound in sorted(map(int, histogram)):
        rest -= histogram[str(bound)]
        if rest <= 0:
            return bound / 1000
    return None


def lines(counted: Counted) -> Iterator[str]:
    rows = counted.rows
    there = f"{counted.total - counted.missing:,} of {counted.total:,}"
    when = f"today, {counted.days[0]}" if len(counted.days) == 1 else " and ".join(counted.days)
    yield f"Counted {when} (UTC), in all runs; {there} events of this run are among them"
    events = [f"{name} {number:,}" for name, number in sorted(rows["events"].items())]
    yield from ("  " + " · ".join(events[start : start + 4]) for start in range(0, len(events), 4))
    yield f"  {'':<20}" + "".join(f"{name:>{len(name) + 3}}" for name in MEASURES)
    yield measures("in all", rows["total"])
    for kind, several in (("category", "categories"), ("region", "regions")):
        names = [name for name in rows if name.startswith(f"{kind}#")]
        largest = sorted(names, key=lambda name: (-rows[name]["matched"], name))[:SHOWN]
        yield f"  the largest {len(largest)} of {len(names)} {several}"
        yield from (measures(f"  {name.removeprefix(f'{kind}#')}", rows[name]) for name in largest)
    yield f"  {'from the submission':<30}{'median':>10}{'90 %':>10}{'99 %':>10}"
    for until in ("match", "charge", "message"):
        delays = [quantile(rows[f"delay#{until}"], share) for share in (0.5, 0.9, 0.99)]
        yield f"  {f'to the {until}':<30}" + "".join(f"{'–':>10}" if d is None else f"{d:>8.2f} s" for d in delays)


def measures(name: str, counts: Counter[str]) -> str:
    return f"  {name:<20}" + "".join(f"{counts[attribute]:>{len(title) + 3},}" for title, attribute in MEASURES.items())
