"""The stack under test: deployed by `make test`, named by the outputs file in MATCHFLOW_OUTPUTS."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from market import Market
from stack import Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    stack = Stack(json.loads(Path(os.environ["MATCHFLOW_OUTPUTS"]).read_text()))
    yield stack
    stack.close()


@pytest.fixture(scope="session", autouse=True)
def hopeless(stack: Stack) -> tuple[Market, str]:
    """A request whose 15 attempts are all in vain, begun first: test_waiting, the last, sees what became of it."""
    market = Market(stack)
    market.partner("full", capacity=0)
    return market, market.request("r")


@pytest.fixture
def market(stack: Stack) -> Market:
    """A category of its own, so that no other test's partners take part."""
    return Market(stack)
