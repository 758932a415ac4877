"""What was quarantined during a run.

Looking into the queue would hide records from whoever works on it, and an older record of a message group hides the
newer ones: so it is the engine's own view of the queue that is read, and on AWS the number of messages alone.
"""

import json
import urllib.parse
import urllib.request
from collections import Counter
from typing import Any

from devstack.demo.deployed import Stack

# Stands for every reason where only the number is known.
UNKNOWN = "reasons unknown"


class Quarantine:
    """Made before the run, asked after it."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._before = set(self._reasons()) if stack.endpoint else set()
        self._held = 0 if stack.endpoint else stack.waiting("Quarantine")

    def added(self) -> Counter[str]:
        """How many records came in since, by reason code."""
        if self._stack.endpoint is None:
            return Counter({UNKNOWN: self._stack.waiting("Quarantine") - self._held})
        return Counter(reason for message, reason in self._reasons().items() if message not in self._before)

    def _reasons(self) -> dict[str, str]:
        """The reason of each message in the queue, by message id."""
        url = self._stack.queue("Quarantine")
        query = urllib.parse.urlencode({"QueueUrl": url})
        with urllib.request.urlopen(f"{self._stack.endpoint}/_ministack/sqs/messages?{query}", timeout=10) as answer:
            accounts = json.load(answer)["messages"]
        queues = [queue for account in accounts.values() for region in account.values() for queue in region.items()]
        messages: list[dict[str, Any]] = [message for name, held in queues if name == url for message in held]
        return {message["MessageId"]: message["MessageAttributes"]["reason"]["StringValue"] for message in messages}
