"""Partners as matching sees them: capacity, and one transaction at a time on each one's item."""

from dataclasses import dataclass
from random import Random

from simpy import Environment

from devstack.scale import limits
from devstack.scale.capacity import Rate
from devstack.scale.conditions import Conditions


@dataclass(slots=True, eq=False)
class Partner:
    """A partner's item in matching's table, its account, and its message group on the topic."""

    name: str
    published: Rate
    account: Rate
    open: int = 0
    locked_until: float = 0.0  # while its item is in a transaction


class Partners:
    """All partners by region."""

    def __init__(self, env: Environment, conditions: Conditions, random: Random) -> None:
        self.capacity, self.random = conditions.capacity, random
        size = conditions.partners_of_a_region
        self.of = [[new(env, f"p{region}-{n}") for n in range(size)] for region in range(conditions.regions)]

    def choose(self, region: int, contended: set[Partner]) -> Partner | None:
        """The less loaded of two that are drawn, contended ones last; None if all are at their capacity."""
        candidates = self.of[region]
        fresh = [one for one in candidates if one not in contended]
        drawn = self.random.sample(fresh, min(2, len(fresh)))
        for group in (drawn, fresh, candidates):
            if free := [one for one in group if one.open < self.capacity]:
                return min(free, key=lambda one: one.open)
        return None


def new(env: Environment, name: str) -> Partner:
    return Partner(name, Rate(env, limits.PUBLISHED_A_GROUP.value), Rate(env, limits.PARTITION_WRITES.value))
