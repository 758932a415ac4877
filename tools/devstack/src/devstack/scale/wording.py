"""Times as people read them, and the goal that they are held against."""

GOAL = 1.0  # second


def span(seconds: float) -> str:
    """A time as people read it: two digits, and a unit."""
    if seconds < 0.995:
        return f"{seconds * 1e3:.0f} ms"
    if seconds < 120:
        return f"{seconds:.2g} s" if seconds < 99.5 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def verdict(seconds: float) -> str:
    return "met" if seconds <= GOAL else "missed"
