"""A local stack for one run: on a port that this process has to itself, gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devstack.local import engine, functions
from devstack.local.stack import LocalStack


@contextmanager
def reserved(stack: LocalStack) -> Iterator[Path]:
    """Yields the template of the functions as they are built now; an engine that is started meanwhile is stopped at the end."""
    _lock = stack.lock()
    engine.stop(stack)  # what an earlier run left
    engine.refuse_if_taken(stack)
    template = functions.build(stack)
    try:
        yield template
    finally:
        engine.stop(stack)
