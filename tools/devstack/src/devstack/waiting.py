"""Waiting for what a stack does by itself."""

import time
from collections.abc import Callable, Iterator
from typing import Any

LIMIT = 60.0  # seconds


def until(condition: Callable[[], Any], what: str, limit: float = LIMIT) -> Any:
    """Waits until a condition holds, and returns what it returned."""
    for _ in ticks(limit):
        if found := condition():
            return found
    raise TimeoutError(f"not within {limit:.0f} s: {what}")


def ticks(limit: float, step: float = 0.1) -> Iterator[float]:
    """The seconds that are left, every `step` seconds, at least once."""
    end = time.monotonic() + limit
    yield limit
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(step, left))
        yield end - time.monotonic()
