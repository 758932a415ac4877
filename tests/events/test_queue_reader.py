"""A queue's reader in the background: its failure reaches the thread that uses it."""

import json
import time
from typing import Any

import pytest
from devstack.clients.queues import QueueReader


class OneMessageThenFailure:
    """SQS as far as a reader calls it."""

    def __init__(self) -> None:
        self.answers = [{"Messages": [{"Body": json.dumps({"type": "a"}), "ReceiptHandle": "1"}]}]

    def receive_message(self, **_: Any) -> dict[str, Any]:
        if not self.answers:
            raise ConnectionError("the queue is gone")
        return self.answers.pop()

    def delete_message_batch(self, **_: Any) -> None: ...


def test_a_failure_of_the_reading_thread_is_raised_and_ends_a_wait_at_once() -> None:
    reader, began = QueueReader(OneMessageThenFailure(), "queue"), time.monotonic()
    with pytest.raises(ConnectionError):
        reader.wait("a", lambda _: True, count=2)
    assert time.monotonic() - began < 5
    with pytest.raises(ConnectionError):
        reader.events("a")
    with pytest.raises(ConnectionError):
        reader.since(0)
