"""Whether statistics counted this run.

This run's events are asked for by id, by the requests and purchases that they are about. An empty queue would say less: its
length is approximate on AWS, and on a stack in use it is never empty. The table's layout: docs/do/read-statistics.md.
"""

import time
from dataclasses import dataclass

from devstack.clients.event_log import EventLog
from devstack.clients.stack import Stack
from devstack.waiting import ticks

STEP_SECONDS = 0.2


@dataclass(frozen=True)
class Counted:
    """The ids of this run's events, published and counted, by the key that they are counted under."""

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
    """Waits until all that was published of this run is counted, and has it added to the counters."""
    end = time.monotonic() + limit
    published = ids_by_key(log)
    counted = {key: counted_ids(stack, key, ids, end) for key, ids in published.items()}
    stack.fold()
    return Counted(published, counted)


def ids_by_key(log: EventLog) -> dict[str, set[str]]:
    ids = {f"request#{request.id}": {event.id for event in request.events} for request in log.requests.values()}
    bought = [event for event in log.accounts if event.data.get("purchaseId") in log.purchase_ids]
    return ids | {f"purchase#{event.data['purchaseId']}": {event.id} for event in bought}


def counted_ids(stack: Stack, key: str, expected: set[str], end: float) -> list[str]:
    """The ids that are counted under a key, once the expected ones are among them or it is too late."""
    ids: list[str] = []
    for _ in ticks(end - time.monotonic(), STEP_SECONDS):
        ids = [item["id"] for item in stack.query("Statistics", key)]
        if expected.issubset(ids):
            break
    return ids
