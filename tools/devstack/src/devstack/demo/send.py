"""Sending: batches of up to ten over a few lanes; what belongs to one message group stays in one lane, in order."""

import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from devstack.demo.deployed import Stack
from devstack.demo.lines import Line

LANES = 6
BATCH = 10


class Sender:
    """Sends lines and remembers when each business key was first sent, by the wall clock."""

    def __init__(self, stack: Stack, run: str, stamp: Callable[[str], str]) -> None:
        self._stack = stack
        self._run = run
        self._stamp = stamp
        self.sent_at: dict[str, float] = {}

    def send(self, stage: str, lines: list[Line], pace: float, progress: Callable[[int], None]) -> None:
        """Sends a stage's lines, so many a second."""
        lanes: dict[tuple[str, int], list[Line]] = {}
        for line in lines:
            lanes.setdefault((line.queue, zlib.crc32(line.group.encode()) % LANES), []).append(line)
        start = time.monotonic()
        with ThreadPoolExecutor(len(lanes)) as pool:
            running = [pool.submit(self._lane, stage, lane, start, pace, progress) for lane in lanes.values()]
            for lane in running:
                lane.result()

    def _lane(self, stage: str, lines: list[Line], start: float, pace: float, progress: Callable[[int], None]) -> None:
        """What is due goes in one batch; the line's number in the file says when that is."""
        rest = lines
        while rest:
            time.sleep(max(0.0, start + rest[0].number / pace - time.monotonic()))
            now = time.monotonic()
            batch = [line for line in rest[:BATCH] if start + line.number / pace <= now] or rest[:1]
            self._batch(stage, batch)
            progress(len(batch))
            rest = rest[len(batch) :]

    def _batch(self, stage: str, batch: list[Line]) -> None:
        entries = [self._entry(stage, index, line) for index, line in enumerate(batch)]
        sent_at = time.time()
        answer = self._stack.sqs.send_message_batch(
            QueueUrl=self._stack.queue(batch[0].queue.capitalize()), Entries=entries
        )
        for failed in answer.get("Failed", []):
            raise RuntimeError(f"{stage} line {batch[int(failed['Id'])].number + 1}: {failed['Code']}")
        for line in batch:
            if line.key is not None:
                self.sent_at.setdefault(line.key, sent_at)

    def _entry(self, stage: str, index: int, line: Line) -> dict[str, Any]:
        """A deduplication id of its own, so that repeats get past the queue's five minutes to the function."""
        return {
            "Id": str(index),
            "MessageBody": self._stamp(line.body),
            "MessageGroupId": line.group,
            "MessageDeduplicationId": f"{self._run}-{stage}-{line.number}",
        }
