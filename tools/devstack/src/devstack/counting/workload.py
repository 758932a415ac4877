"""The run that is counted: requests that are submitted at a steady pace, matched, charged and told."""

import json
import time
import uuid
from dataclasses import dataclass

from devstack.clients.event_log import EventLog
from devstack.clients.stack import BATCH, Stack
from devstack.events import Event, envelope
from devstack.waiting import until

PARTNERS = 10
CATEGORY, REGION = "counted", "KR-11"


@dataclass(frozen=True)
class Workload:
    """So many requests, so many a second."""

    requests: int
    pace: float

    def prepare(self, stack: Stack) -> None:
        """Registers partners with capacity and points for all requests."""
        for partner in (f"counted-{n}" for n in range(PARTNERS)):
            data = {"partnerId": partner, "version": 1, "name": "Clean & Co", "categories": [CATEGORY], "regions": [REGION]}
            stack.emit("partner.registered", data | {"capacity": 100_000, "fee": {"points": 10}}, group=partner)
            stack.emit("points.purchased", {"purchaseId": f"buy-{partner}", "partnerId": partner, "points": 1_000_000}, group=partner)
        stack.listener.wait("points.credited", lambda _: True, PARTNERS)
        until(lambda: not stack.backlog(), "all that was prepared is handled")

    def run(self, stack: Stack) -> None:
        """Submits the requests, and waits until all are settled and nothing is on its way any more."""
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

        until(are_settled, "all requests are settled", limit=120)
        until(lambda: not stack.backlog(), "all queues are empty")

    def submit(self, stack: Stack, requests: list[str]) -> None:
        """What is due goes in one call, as a busy producer sends it."""
        start, unsent = time.monotonic(), list(enumerate(requests))
        while unsent:
            time.sleep(max(0.0, start + unsent[0][0] / self.pace - time.monotonic()))
            now = time.monotonic()
            due = [request for n, request in unsent[:BATCH] if start + n / self.pace <= now] or [unsent[0][1]]
            stack.send_batch("Intake", [entry(submission(request)) for request in due])
            unsent = unsent[len(due) :]


def submission(request: str) -> Event:
    customer = {"id": f"c-{request}", "phone": "+821000700000"}
    data = {"requestId": request, "customer": customer, "category": CATEGORY, "region": REGION, "details": {"rooms": 3}}
    return envelope("request.submitted", data)


def entry(event: Event) -> dict[str, str]:
    return {"MessageBody": json.dumps(event), "MessageGroupId": event["data"]["customer"]["id"]}
