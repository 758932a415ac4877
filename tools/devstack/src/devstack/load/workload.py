"""Partners, and requests at once: as many for each region as in the model of scale, and some for a region that has no partner."""

import uuid
from dataclasses import dataclass, field

from devstack.clients import submissions
from devstack.clients.stack import Stack
from devstack.scale.conditions import Conditions
from devstack.scale.run import regions

CATEGORY, NOWHERE = "load", "KR-00"
EVERY = 100  # of so many requests one is for nowhere
POINTS = 10_000_000  # of each partner
SEED = 7
LEAST_PARTNERS = Conditions().partners_of_a_region


@dataclass
class Workload:
    """A run's requests, by id: where each is from, and when it was sent (seconds since 1970)."""

    requests: int
    partners: int
    where: dict[str, str] = field(default_factory=dict)
    sent_at: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        draw, run = regions(Conditions(partners=self.partners, seed=SEED), skewed=True), uuid.uuid4().hex[:8]
        for number in range(self.requests):
            self.where[f"load-{run}-{number}"] = NOWHERE if number % EVERY == EVERY - 1 else region(draw())

    def prepare(self, stack: Stack) -> None:
        """Registers partners that have capacity and points for all."""
        partners = [submissions.partner(f"load-{number}", CATEGORY, region(number // LEAST_PARTNERS)) for number in range(self.partners)]
        submissions.prepare(stack, partners, POINTS)

    def send(self, stack: Stack) -> None:
        self.sent_at = submissions.submit(stack, CATEGORY, self.where)


def region(rank: int) -> str:
    return f"KR-{rank + 10}"
