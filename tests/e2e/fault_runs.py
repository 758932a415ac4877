"""Bursts under faults: killed processes, and an engine that fails."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from burst import Burst
from devstack.clients.stack import Stack
from devstack.proxy import Call
from devstack.waiting import ticks
from devstack.wiring import consumed
from faults import Kind
from function_processes import FunctionProcesses
from kills import kill_during
from observations import LostBatches
from proxy import FaultyProxy, running
from sandbox import Sandbox

VISIBLE_AGAIN = 5  # seconds; in the template it is 180
FAILING_SECONDS = 20
# The share of the calls that fail, by operation: enough for whole records to fail in spite of the SDK's retries.
SHARES = {
    "BatchGetItem": 0.2,
    "ChangeMessageVisibilityBatch": 0.5,
    "GetItem": 0.2,
    "Publish": 0.5,
    "PublishBatch": 0.4,
    "PutItem": 0.3,
    "Query": 0.2,
    "SendMessage": 0.8,
    "TransactWriteItems": 0.3,
    "UpdateItem": 0.4,
}
ALL_FAULTS = {f"{operation} {kind}" for operation in SHARES for kind in Kind}


@dataclass
class FaultRun:
    """A burst, its faults and how often they occurred, and the texts whose sending may not have been saved: by request or
    phone where that is known, else by the batches that were lost until now."""

    burst: Burst
    faults: Counter[str]
    unsaved: Counter[str] = field(default_factory=Counter)
    lost: Callable[[], LostBatches] = LostBatches


def with_kills(stack: Stack) -> Iterator[FaultRun]:
    """Until the last test the queues keep nothing back for long: the engine notices that an idle process was killed when
    it hands the next batch to it."""
    burst, processes = Burst(Sandbox(stack), 300), FunctionProcesses(stack)
    before, size = processes.lost("notification"), processes.batch_size("notification")
    with stack.visible_again_after(VISIBLE_AGAIN, *consumed()):
        kills = kill_during(burst, processes, seed=300)
        print(kills)
        yield FaultRun(burst, kills.during_batch, lost=lambda: LostBatches(processes.lost("notification") - before, size))


def with_faults(stack: Stack) -> Iterator[FaultRun]:
    """Until the last test the functions' calls go through the proxy, that now fails none."""
    burst = Burst(Sandbox(stack), 150)
    with running(stack, seed=150) as proxy:
        with proxy.failing(SHARES):
            fail_during(burst, proxy)
        yield FaultRun(burst, occurred(proxy), Counter(filter(None, map(unsaved_text, proxy.occurred))))


def fail_during(burst: Burst, proxy: FaultyProxy) -> None:
    """For some time, and longer while some fault has not occurred yet."""
    for time_left in ticks(3 * FAILING_SECONDS):
        burst.step()
        if not burst.unsent and time_left < 2 * FAILING_SECONDS and occurred(proxy).keys() == ALL_FAULTS:
            return


def occurred(proxy: FaultyProxy) -> Counter[str]:
    return Counter(f"{call.operation} {kind}" for call, kind in proxy.occurred)


def unsaved_text(fault: tuple[Call, Kind]) -> str | None:
    """The phone or request whose text may have been sent without being saved: the answer was lost, or the write failed."""
    call, kind = fault
    if call.operation == "Publish" and kind is Kind.CUT_AFTER:
        return call.parameters["PhoneNumber"]
    if call.operation == "UpdateItem" and call.parameters["UpdateExpression"].startswith("SET #told"):
        return call.parameters["Key"]["pk"]["S"].removeprefix("request#")
    return None
