"""Sending: batches of up to ten over a few lanes; what belongs to one message group stays in one lane, in order."""

import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from devstack.clients.stack import BATCH, Stack
from devstack.demo.messages import Burst, Message

LANES = 6


class Sender:
    """Sends a burst's messages; remembers how many, and when each business key was first sent."""

    def __init__(self, stack: Stack, burst: Burst) -> None:
        self.stack, self.burst = stack, burst
        self.sent = 0
        self.sent_at: dict[str, float] = {}

    def send(self, stage: str, pace: float) -> None:
        """Sends a stage's messages, so many a second."""
        lanes: dict[tuple[str, int], list[Message]] = {}
        for message in self.burst.stages[stage]:
            lanes.setdefault((message.queue, zlib.crc32(message.group.encode()) % LANES), []).append(message)
        start = time.monotonic()
        with ThreadPoolExecutor(len(lanes)) as pool:
            for sending in [pool.submit(self.send_lane, stage, lane, start, pace) for lane in lanes.values()]:
                sending.result()

    def send_lane(self, stage: str, messages: list[Message], start: float, pace: float) -> None:
        """What is due goes in one batch; the message's number in its file says when that is."""
        while messages:
            time.sleep(max(0.0, start + messages[0].number / pace - time.monotonic()))
            now = time.monotonic()
            due = [message for message in messages[:BATCH] if start + message.number / pace <= now] or messages[:1]
            self.send_batch(stage, due)
            messages = messages[len(due) :]

    def send_batch(self, stage: str, batch: list[Message]) -> None:
        sent_at = time.time()
        self.stack.send_batch(batch[0].queue, [self.entry(stage, message) for message in batch])
        self.sent += len(batch)
        for message in batch:
            if message.key is not None:
                self.sent_at.setdefault(message.key, sent_at)

    def entry(self, stage: str, message: Message) -> dict[str, Any]:
        """A deduplication id of its own, so that repeats get past the queue's five minutes to the function."""
        return {
            "MessageBody": self.burst.stamp(message.body),
            "MessageGroupId": message.group,
            "MessageDeduplicationId": f"{self.burst.run}-{stage}-{message.number}",
        }
