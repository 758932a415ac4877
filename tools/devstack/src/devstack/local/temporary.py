"""A local stack for one run: on a port that this process has to itself, gone afterwards."""

import argparse
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from devstack.clients.stack import Stack
from devstack.local import engine, functions
from devstack.local.deploy import deploy, deployed
from devstack.local.stack import LocalStack, clear_aws_environment, exit_on_sigterm, port


def begin(purpose: str | None) -> argparse.ArgumentParser:
    """Begins a command that has a stack of its own: none of the user's AWS settings counts from here on, and a SIGTERM, too, ends the stack
    with the command. Returns the parser of its arguments, of which the port is one."""
    signal.signal(signal.SIGTERM, exit_on_sigterm)
    clear_aws_environment()
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("--port", type=port, required=True)
    return parser


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


@contextmanager
def standing(stack: LocalStack) -> Iterator[Stack]:
    """Yields the stack with the functions as they are built now, deployed, as its clients see it."""
    with reserved(stack) as template:
        deploy(stack, engine.start(stack), template)
        with closing(deployed(stack)) as seen:
            yield seen
