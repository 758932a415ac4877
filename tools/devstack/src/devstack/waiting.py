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


def ticks(limit: float) -> Iterator[float]:
    """The seconds that are left, ten times a second."""
    end = time.monotonic() + limit
    while (left := end - time.monotonic()) > 0:
        yield left
        time.sleep(0.1)
