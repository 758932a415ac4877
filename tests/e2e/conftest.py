"""The stack under test: deployed by `make test`, named by the outputs file in MATCHFLOW_OUTPUTS."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import rights
from devstack.clients.stack import Stack
from devstack.wiring import FILE, output_name
from fault_runs import FaultRun, with_faults, with_kills
from sandbox import Sandbox
from tampering import confirmed


DEPLOYED = json.loads(FILE.read_text())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts test_failing first: no request of another test may be on its way while processes are killed and calls fail. And
    test_revision1 behind test_statistics: from then on events are counted as by the version before."""
    late = ("test_revision1.py", "test_waiting.py", "test_wholeness.py")
    items.sort(key=lambda item: (item.path.name != "test_failing.py", item.path.name in late))


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    stack = Stack(json.loads(Path(os.environ["MATCHFLOW_OUTPUTS"]).read_text()))
    assert stack.listener and stack.quarantine  # both are read from here on
    yield stack
    stack.close()


@pytest.fixture
def once(stack: Stack) -> None:
    """The second round checks the functions' rights, of which the program has none."""
    if rights.are_checked(stack):
        pytest.skip("once is enough")


@pytest.fixture
def as_deployed(stack: Stack, once: None) -> Iterator[None]:
    """The queues hold received messages back as in the template, for which the bursts under faults have no time."""
    with ExitStack() as meanwhile:
        for mapping in DEPLOYED["mappings"]:
            (queue,) = [queue for queue in DEPLOYED["queues"] if queue["name"] == mapping["queue"]]
            meanwhile.enter_context(stack.visible_again_after(queue["visibility"], output_name(queue["name"])))
        yield


@pytest.fixture(scope="session")
def killed(stack: Stack) -> Iterator[FaultRun]:
    """A burst during which processes were killed: test_failing, the first, begins it, test_wholeness, the last, sees what
    became of it, since a notification whose sender died waits for a minute."""
    yield from with_kills(stack)


@pytest.fixture(scope="session")
def failed(stack: Stack, killed: FaultRun) -> Iterator[FaultRun]:
    """The same for a burst during which the engine failed, once no process is killed any more."""
    yield from with_faults(stack)


@pytest.fixture(scope="session")
def without_capacity(stack: Stack) -> tuple[Sandbox, str]:
    """A request whose 15 attempts all find no capacity, begun with the first sandbox: test_waiting, almost the last, sees
    what became of it."""
    sandbox = Sandbox(stack)
    sandbox.partner("full", capacity=0)
    return sandbox, sandbox.request("r")


@pytest.fixture
def sandbox(stack: Stack, without_capacity: tuple[Sandbox, str]) -> Sandbox:
    """A category of its own, so that no other test's partners take part."""
    return Sandbox(stack)


@pytest.fixture
def partner(sandbox: Sandbox) -> str:
    """A partner with points, whose fee is 300."""
    return sandbox.partner("p", fee=300, points=1_000)


@pytest.fixture
def request_id(stack: Stack, sandbox: Sandbox, partner: str) -> str:
    """A request that is confirmed with this partner."""
    return confirmed(stack, sandbox)
