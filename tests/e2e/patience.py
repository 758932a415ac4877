"""How long the tests wait for what the stack does by itself."""

import time
from collections.abc import Callable, Iterator
from typing import Any

LIMIT = 60.0  # seconds that a condition may take before the test fails


def until(condition: Callable[[], Any], what: str, limit: float = LIMIT) -> Any:
    """Waits for a condition to hold, and gives back what it gave."""
    for _ in ticks(limit):
        if found := condition():
            return found
    raise AssertionError(f"not within {limit:.0f} s: {what}")


def ticks(limit: float) -> Iterator[float]:
    """The seconds that are left, ten times a second."""
    end = time.monotonic() + limit
    while (left := end - time.monotonic()) > 0:
        yield left
        time.sleep(0.1)
