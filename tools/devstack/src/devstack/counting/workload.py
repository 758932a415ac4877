"""The run that is counted: requests that are submitted at once, matched, charged and told."""

import json
import uuid
from dataclasses import dataclass

from devstack.clients.event_log import EventLog
from devstack.clients.stack import BATCH, Stack
from devstack.events import Event, envelope
from devstack.waiting import until

PARTNERS = 10
LIMIT = 300.0  # seconds
CATEGORY, REGION = "counted", "KR-11"


@dataclass(frozen=True)
class Workload:
    """So many requests at once."""

    requests: int

    def prepare(self, stack: Stack) -> None:
        """Registers partners with capacity and points for all requests."""
        for partner in (f"counted-{n}" for n in range(PARTNERS)):
            data = {"partnerId": partner, "version": 1, "name": "Clean & Co", "categories": [CATEGORY], "regions": [REGION]}
            stack.emit("partner.registered", data | {"capacity": 100_000, "fee": {"points": 10}}, group=partner)
            stack.emit(
                "points.purchased", {"purchaseId": f"buy-{partner}", "partnerId": partner, "points": 1_000_000}, group=partner
            )
        until(lambda: not stack.backlog(), "all that was prepared is handled", LIMIT)

    def run(self, stack: Stack) -> None:
        """Submits the requests, waits until all are settled and nothing is on its way any more, and has what was counted folded."""
        first = len(stack.listener.messages)
        requests = [f"r{n}-{uuid.uuid4().hex[:8]}" for n in range(self.requests)]
        self.submit(stack, requests)
        log, taken = EventLog(requests), 0

        def are_settled() -> bool:
            nonlocal taken
            new = stack.listener.since(first + taken)
            taken += len(new)
            for body, _ in new:
                log.add(body)
            return log.settled() == self.requests

        until(are_settled, "all requests are settled", LIMIT)
        until(lambda: not stack.backlog(), "all queues are empty", LIMIT)
        stack.fold()

    def submit(self, stack: Stack, requests: list[str]) -> None:
        for start in range(0, len(requests), BATCH):
            stack.send_batch("Intake", [entry(submission(request)) for request in requests[start : start + BATCH]])


def submission(request: str) -> Event:
    customer = {"id": f"c-{request}", "phone": "+821000700000"}
    data = {"requestId": request, "customer": customer, "category": CATEGORY, "region": REGION, "details": {"rooms": 3}}
    return envelope("request.submitted", data)


def entry(event: Event) -> dict[str, str]:
    return {"MessageBody": json.dumps(event), "MessageGroupId": event["data"]["customer"]["id"]}
