"""Partners, and requests at once: as many for each region as in the model of scale, and some for a region that has no partner."""

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from devstack.clients.stack import BATCH, Stack
from devstack.events import envelope
from devstack.scale.conditions import Conditions
from devstack.scale.run import regions
from devstack.waiting import until

CATEGORY, NOWHERE = "load", "KR-00"
EVERY = 100  # of so many requests one is for nowhere
CAPACITY, POINTS, FEE = 100_000, 10_000_000, 10
SEED = 7
PREPARED_WITHIN = 300.0  # seconds


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
        size = Conditions().partners_of_a_region
        partners = [(f"load-{number}", region(number // size)) for number in range(self.partners)]
        for partner, where in partners:
            data = {"partnerId": partner, "version": 1, "name": "Clean & Co", "categories": [CATEGORY], "regions": [where]}
            stack.emit("partner.registered", data | {"capacity": CAPACITY, "fee": {"points": FEE}}, group=partner)
            stack.emit("points.purchased", {"purchaseId": f"buy-{partner}", "partnerId": partner, "points": POINTS}, group=partner)
        until(lambda: not stack.backlog(), "all that was prepared is handled", PREPARED_WITHIN)

    def send(self, stack: Stack) -> None:
        """All at once: call after call, ten requests in each."""
        ids = list(self.where)
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            stack.send_batch("Intake", [entry(request, self.where[request]) for request in batch])
            self.sent_at.update(dict.fromkeys(batch, time.time()))


def region(rank: int) -> str:
    return f"KR-{rank + 10}"


def entry(request: str, where: str) -> dict[str, Any]:
    customer = {"id": f"c-{request}", "phone": "+821000700000"}
    data = {"requestId": request, "customer": customer, "category": CATEGORY, "region": where, "details": {"rooms": 3}}
    return {"MessageBody": json.dumps(envelope("request.submitted", data)), "MessageGroupId": customer["id"]}
