"""The run: partners, then their points, then the customers; and on until every request is at rest."""

import math
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from devstack.demo.deployed import Stack
from devstack.demo.journal import Journal
from devstack.demo.lines import STAGES, Fresh, Line
from devstack.demo.progress import Progress
from devstack.demo.quarantine import Quarantine
from devstack.demo.send import Sender
from devstack.demo.watch import Watch
from devstack.demo.work import Work

STEP_SECONDS = 0.2
# SQS's counts are approximate on AWS: an empty queue has to look empty for a while.
CALM_READINGS = {True: 2, False: 25}
CONSUMED = ("Intake", "Outcomes", "Deferred", "Points", "Notification")
_PARTNERS, _PURCHASES, _REQUESTS = STAGES


class OutOfTime(Exception):
    """Something did not come about within the limit."""


@dataclass
class Outcome:
    """What a run came to."""

    lines: list[Line]
    journal: Journal
    sent_at: dict[str, float]
    states: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    closed_after: int = 0
    seconds: float = 0.0
    unfinished: str | None = None


class Run:
    """One day on one stack."""

    def __init__(self, stack: Stack, run: str, expected: dict[str, Any], limit: float, pace: float, work: bool) -> None:
        fresh = Fresh(run, expected["token"], stack.topic)
        self._stack = stack
        self._expected = expected
        self._works = work
        self._began = time.time()
        self._limit = limit
        self._pace = pace
        self._progress = Progress()
        self._stages = {name: fresh.stage(name) for name in STAGES}
        self._sent = 0
        self._sender = Sender(stack, run, fresh.stamp)
        self._journal = _journal(self._stages)
        self._watch = Watch(stack, run, self._journal.see)
        self._quarantine = Quarantine(stack)
        self._work = Work(stack, self._journal, expected["scarce"])

    def follow(self) -> Outcome:
        lines = [line for stage in self._stages.values() for line in stage]
        outcome = Outcome(lines, self._journal, self._sender.sent_at)
        with self._watch:
            try:
                self._morning()
                self._day()
            except OutOfTime as late:
                outcome.unfinished = str(late)
            outcome.states = Counter(request.state for request in self._journal.requests.values())
            outcome.seconds = time.time() - self._began
            self._evening(outcome)
        return outcome

    def _morning(self) -> None:
        """Partners and their points first: a request that overtook them would find nobody."""
        if held := {name: count for name, count in self._stack.backlog().items() if name in CONSUMED}:
            self._progress.done(f"still on the queues from before: {held}")
        if self._stack.endpoint is not None:
            for name in self._expected["pushEndpoints"]:
                self._stack.sns.create_topic(Name=name)
        self._send(_PARTNERS)
        self._settle("partners are taken in")
        self._send(_PURCHASES)
        bought = {line.key for line in self._stages[_PURCHASES] if line.expect == "accepted"}
        self._until(lambda: bought <= self._journal.credited, "purchases are credited")
        self._progress.done(f"{len(self._stages[_PARTNERS])} partners registered, {len(bought)} purchases credited")

    def _day(self) -> None:
        total = len(self._journal.requests)
        with ThreadPoolExecutor(1) as aside:
            sending: Future[None] = aside.submit(self._send, _REQUESTS, self._pace)
            self._until(sending.done, "messages are sent")
            sending.result()
        self._until(lambda: self._journal.at_rest() == total, "requests come to rest")
        self._until(lambda: self._journal.purchase_ids <= self._journal.credited, "the day's purchases are credited")
        self._settle("the last messages are taken in")
        self._progress.done(f"{self._sent} messages sent, {total} requests at rest")

    def _evening(self, outcome: Outcome) -> None:
        """Ends the work that is left, so that the next day finds the partners free, and looks into the quarantine."""
        try:
            outcome.closed_after = self._work.finish_all()
            self._settle("the last matches are closed")
        except OutOfTime as late:
            outcome.unfinished = outcome.unfinished or str(late)
        outcome.quarantined = self._quarantine.added()

    def _send(self, stage: str, pace: float = math.inf) -> None:
        self._sender.send(stage, self._stages[stage], pace, self._count)

    def _count(self, sent: int) -> None:
        self._sent += sent

    def _settle(self, what: str) -> None:
        readings = CALM_READINGS[self._stack.endpoint is not None]
        calm = 0

        def settled() -> bool:
            nonlocal calm
            calm = calm + 1 if self._stack.waiting("Intake") == 0 else 0
            return calm >= readings

        self._until(settled, what)

    def _until(self, is_so: Callable[[], bool], what: str) -> None:
        while not is_so():
            if self._watch.failure is not None:
                raise self._watch.failure
            if time.time() - self._began > self._limit:
                raise OutOfTime(f"Waited {self._limit:.0f} s in all, until {what}.")
            if self._works:
                self._work.finish_due()
            self._progress.show(f"{what}: {self._where()}")
            time.sleep(STEP_SECONDS)

    def _where(self) -> str:
        total = sum(len(lines) for lines in self._stages.values())
        rest = self._journal.at_rest()
        return f"{self._sent}/{total} messages sent · {rest}/{len(self._journal.requests)} requests at rest"


def _journal(stages: dict[str, list[Line]]) -> Journal:
    accepted = [
        (line.queue, line.key) for lines in stages.values() for line in lines if line.expect == "accepted" and line.key
    ]
    requests = [key for _, key in accepted if key.startswith("req-")]
    return Journal(requests, {key for queue, key in accepted if queue == "points"})
