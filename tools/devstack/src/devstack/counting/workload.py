"""The run that is counted: requests that are submitted at once, matched, charged and told."""

import uuid
from dataclasses import dataclass

from devstack.clients import submissions
from devstack.clients.event_log import EventLog
from devstack.clients.stack import Stack
from devstack.waiting import until

PARTNERS, POINTS = 10, 1_000_000
LIMIT = 300.0  # seconds
CATEGORY, REGION = "counted", "KR-11"


@dataclass(frozen=True)
class Workload:
    """So many requests at once."""

    requests: int

    def prepare(self, stack: Stack) -> None:
        """Registers partners with capacity and points for all requests."""
        partners = [submissions.partner(f"counted-{number}", CATEGORY, REGION) for number in range(PARTNERS)]
        submissions.prepare(stack, partners, POINTS)

    def run(self, stack: Stack) -> None:
        """Submits the requests, waits until all are settled and nothing is on its way any more, and has what was counted folded."""
        first = len(stack.listener.messages)
        requests = [f"r{n}-{uuid.uuid4().hex[:8]}" for n in range(self.requests)]
        submissions.submit(stack, CATEGORY, dict.fromkeys(requests, REGION))
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
