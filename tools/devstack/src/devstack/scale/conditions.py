"""What a run of the model is given: partners, quotas, pollers, and what is out of order for a while."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from devstack.scale import limits
from devstack.scale.pollers import Pollers
from devstack.scale.work import Work


@dataclass(frozen=True)
class Outage:
    """From `start` to `end` (seconds) a table refuses all writes (`ledger`), or no send is answered (`sends`), or nothing is polled (`pollers`)."""

    of: str
    start: float
    end: float

    def covers(self, of: str, now: float) -> bool:
        return self.of == of and self.start <= now < self.end


@dataclass(frozen=True)
class Conditions:
    """Nothing here is the pipeline's own: that is read from the template and the code."""

    partners: int = 200
    partners_of_a_region: int = 5
    capacity: float = math.inf  # open matches of one partner
    work: float = math.inf  # seconds from a charge until the match is closed, which frees the capacity
    sends: float = math.inf  # messages to phones a second
    table_writes: float = limits.TABLE_WRITES.value  # of each table, in units a second
    pollers: Mapping[str, Pollers] = field(default_factory=dict)  # of a queue, in place of those that its mapping has
    outage: Outage = Outage("nothing", 0.0, 0.0)
    latencies: Work = Work()
    seed: int = 1

    @property
    def regions(self) -> int:
        return self.partners // self.partners_of_a_region


PUSH = Conditions()
TEXTS = Conditions(sends=limits.TEXTS.value)
