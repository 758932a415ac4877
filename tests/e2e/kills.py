"""Kills processes of the functions at random moments while a burst goes through; the tests start none again."""

import random
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from burst import Burst
from devstack.project import FUNCTIONS
from devstack.waiting import ticks
from function_processes import FunctionProcesses

LONGEST_PAUSE = 0.4  # seconds between a step of the burst and a kill
LONGEST = 90  # seconds in all: after the last request there is what was left, and what comes again


@dataclass
class Kills:
    """How often each function's processes were killed, how many they were, and how often that was during a batch."""

    times: Counter[str] = field(default_factory=Counter)
    processes: Counter[str] = field(default_factory=Counter)
    during_batch: Counter[str] = field(default_factory=Counter)

    def missing(self, functions: Iterable[str]) -> list[str]:
        """Those that were never killed during a batch."""
        return [function for function in functions if not self.during_batch[function]]


def kill_during(burst: Burst, processes: FunctionProcesses, seed: int) -> Kills:
    """One kill a step, first of those that were never killed during a batch; a function that has lost a batch is spared until it
    has done another."""
    kills, chance, lost = Kills(), random.Random(seed), set[str]()
    for _ in ticks(LONGEST):
        burst.step()
        before, lost = lost, {name for name in FUNCTIONS if processes.given_up(name)}
        kills.during_batch.update(lost - before)
        if not burst.unsent and not kills.missing(FUNCTIONS):
            break
        if intact := [name for name in FUNCTIONS if name not in lost]:
            time.sleep(chance.uniform(0, LONGEST_PAUSE))
            function = chance.choice(kills.missing(intact) or intact)
            kills.times[function] += 1
            kills.processes[function] += processes.kill(function)
    return kills
