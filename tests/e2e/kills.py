"""Kills processes of the functions at random moments while a burst goes through; nobody starts anything again."""

import random
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from burst import Burst
from patience import ticks
from processes import FUNCTIONS, Processes

LONGEST_PAUSE = 0.4  # seconds between a step of the burst and a kill
LONGEST = 90  # seconds in all: after the last request there is what was left, and what comes again


@dataclass
class Kills:
    """How often each function's processes were killed, how many they were, and how often that was amid a batch."""

    times: Counter[str] = field(default_factory=Counter)
    processes: Counter[str] = field(default_factory=Counter)
    amid: Counter[str] = field(default_factory=Counter)

    def unmet(self, functions: Iterable[str]) -> list[str]:
        """Those of them that were never killed amid a batch."""
        return [function for function in functions if not self.amid[function]]


def kill_during(burst: Burst, processes: Processes, seed: int) -> Kills:
    """One kill a step, first of those that were never killed amid a batch; a function that has lost a batch is spared until it
    has done another."""
    kills, chance, lost = Kills(), random.Random(seed), set[str]()
    for _ in ticks(LONGEST):
        burst.step()
        before, lost = lost, {name for name in FUNCTIONS if processes.given_up(name)}
        kills.amid.update(lost - before)
        if not burst.unsent and not kills.unmet(FUNCTIONS):
            break
        if intact := [name for name in FUNCTIONS if name not in lost]:
            time.sleep(chance.uniform(0, LONGEST_PAUSE))
            function = chance.choice(kills.unmet(intact) or intact)
            kills.times[function] += 1
            kills.processes[function] += processes.kill(function)
    return kills
