"""Partners finish their work: `match.closed` for matches that are charged for, which frees the partner's capacity."""

import json
import time
import uuid
from typing import Any

from devstack.demo.deployed import Stack
from devstack.demo.journal import Journal, Request
from devstack.demo.lines import now

# The work of a match takes this long: the day is told in seconds.
SECONDS = 2.0


class Work:
    """Closes matches: every one where partners are scarce, every other one elsewhere."""

    def __init__(self, stack: Stack, journal: Journal, scarce: list[dict[str, str]]) -> None:
        self._stack = stack
        self._journal = journal
        self._scarce = {(place["category"], place["region"]) for place in scarce}

    def finish_due(self) -> None:
        done = time.time() - SECONDS
        due = [
            one for one in self._journal.confirmed() if self._is_picked(one) and one.charge and one.charge.at <= done
        ]
        self._close(due)

    def finish_all(self) -> int:
        rest = list(self._journal.confirmed())
        self._close(rest)
        return len(rest)

    def _is_picked(self, request: Request) -> bool:
        match = request.match
        place = (match.data["category"], match.data["region"]) if match else None
        return place in self._scarce or int(request.id[-1]) % 2 == 0

    def _close(self, requests: list[Request]) -> None:
        for start in range(0, len(requests), 10):
            batch = requests[start : start + 10]
            entries = [_entry(index, request) for index, request in enumerate(batch)]
            answer = self._stack.sqs.send_message_batch(QueueUrl=self._stack.queue("Intake"), Entries=entries)
            for failed in answer.get("Failed", []):
                raise RuntimeError(f"match.closed for {batch[int(failed['Id'])].id}: {failed['Code']}")
            for request in batch:
                request.closed = True


def _entry(index: int, request: Request) -> dict[str, Any]:
    match = request.match
    if match is None:
        raise ValueError(f"{request.id} has no match to close")
    event = {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "/work-app",
        "type": "match.closed",
        "time": now(),
        "data": {"requestId": request.id, "matchId": match.data["matchId"]},
    }
    return {
        "Id": str(index),
        "MessageBody": json.dumps(event),
        "MessageGroupId": match.data["customer"]["id"],
        "MessageDeduplicationId": f"closed-{match.data['matchId']}",
    }
