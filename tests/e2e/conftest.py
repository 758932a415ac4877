"""The stack under test: deployed by `make test`, named by the outputs file in MATCHFLOW_OUTPUTS."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from market import Market
from ordeals import Ordeal, of_faults, of_kills
from stack import Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    stack = Stack(json.loads(Path(os.environ["MATCHFLOW_OUTPUTS"]).read_text()))
    yield stack
    stack.close()


@pytest.fixture(scope="session")
def killed(stack: Stack) -> Iterator[Ordeal]:
    """A burst during which processes were killed: test_failing, the first, begins it, test_wholeness, the last, sees what
    became of it, since news whose sender died waits for a minute."""
    yield from of_kills(stack)


@pytest.fixture(scope="session")
def failed(stack: Stack, killed: Ordeal) -> Iterator[Ordeal]:
    """The same for a burst during which the engine failed, once nothing is killed any more."""
    yield from of_faults(stack)


@pytest.fixture(scope="session")
def hopeless(stack: Stack) -> tuple[Market, str]:
    """A request whose 15 attempts are all in vain, begun with the first market: test_waiting, almost the last, sees
    what became of it."""
    market = Market(stack)
    market.partner("full", capacity=0)
    return market, market.request("r")


@pytest.fixture
def market(stack: Stack, hopeless: tuple[Market, str]) -> Market:
    """A category of its own, so that no other test's partners take part."""
    return Market(stack)
