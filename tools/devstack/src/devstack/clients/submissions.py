"""Requests that are all alike, and partners with capacity and points for all of them: for runs that count or time."""

import json
import time
from collections.abc import Iterable, Mapping

from devstack.clients.stack import BATCH, Stack
from devstack.events import envelope
from devstack.generators.partners import Partner
from devstack.waiting import until

CAPACITY, FEE = 100_000, 10
PREPARED_WITHIN = 300.0  # seconds


def partner(name: str, category: str, region: str) -> Partner:
    return Partner(name, "Clean & Co", (category,), (region,), CAPACITY, FEE)


def prepare(stack: Stack, partners: Iterable[Partner], points: int) -> None:
    """Registers the partners, gives each its points, and waits until all of it is handled."""
    for one in partners:
        stack.emit("partner.registered", one.registration(), group=one.id)
        stack.emit("points.purchased", {"purchaseId": f"buy-{one.id}", "partnerId": one.id, "points": points}, group=one.id)
    until(lambda: not stack.backlog(), "all that was prepared is handled", PREPARED_WITHIN)


def submit(stack: Stack, category: str, where: Mapping[str, str]) -> dict[str, float]:
    """Submits requests, whose regions these are, at once: call after call, ten in each. Returns when each was sent (seconds since 1970)."""
    requests, sent_at = list(where), {}
    for start in range(0, len(requests), BATCH):
        batch = requests[start : start + BATCH]
        stack.send_batch("Intake", [entry(request, category, where[request]) for request in batch])
        sent_at.update(dict.fromkeys(batch, time.time()))
    return sent_at


def entry(request: str, category: str, region: str) -> dict[str, str]:
    customer = {"id": f"c-{request}", "phone": "+821000700000"}
    data = {"requestId": request, "customer": customer, "category": category, "region": region, "details": {"rooms": 3}}
    return {"MessageBody": json.dumps(envelope("request.submitted", data)), "MessageGroupId": customer["id"]}
