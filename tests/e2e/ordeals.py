"""What a burst is put through: kills, and an engine that fails."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from burst import Burst
from evidence import CONSUMED, Lost
from faults import Kind
from kills import kill_during
from market import Market
from patience import ticks
from processes import Processes
from proxy import Call, Proxy, running
from stack import Stack

QUEUES = [f"{name}QueueUrl" for name in CONSUMED]
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
TO_BE_MET = {f"{operation} {kind}" for operation in SHARES for kind in Kind}


@dataclass
class Ordeal:
    """A burst, what it met and how often, and whose texts may have been sent in vain: by request or phone where that is
    known, else by the batches that were lost until now."""

    burst: Burst
    met: Counter[str]
    in_vain: Counter[str] = field(default_factory=Counter)
    lost: Callable[[], Lost] = Lost


def of_kills(stack: Stack) -> Iterator[Ordeal]:
    """Until the last test the queues keep nothing back for long: the engine notices that an idle process was killed when
    it hands the next batch to it."""
    burst, processes = Burst(Market(stack), 300), Processes(stack)
    before, size = processes.lost("notification"), processes.batch_size("notification")
    with stack.visible_again_after(VISIBLE_AGAIN, *QUEUES):
        kills = kill_during(burst, processes, seed=300)
        print(kills)
        yield Ordeal(burst, kills.amid, lost=lambda: Lost(processes.lost("notification") - before, size))


def of_faults(stack: Stack) -> Iterator[Ordeal]:
    """Until the last test the functions' calls go through the proxy, that now fails none."""
    burst = Burst(Market(stack), 150)
    with running(stack, seed=150) as proxy:
        with proxy.failing(SHARES):
            fail_during(burst, proxy)
        yield Ordeal(burst, met(proxy), Counter(filter(None, map(text_in_vain, proxy.met))))


def fail_during(burst: Burst, proxy: Proxy) -> None:
    """For some time, and longer where chance has left out something that is to be met."""
    for time_left in ticks(3 * FAILING_SECONDS):
        burst.step()
        if not burst.unsent and time_left < 2 * FAILING_SECONDS and met(proxy).keys() == TO_BE_MET:
            return


def met(proxy: Proxy) -> Counter[str]:
    return Counter(f"{call.operation} {kind}" for call, kind in proxy.met)


def text_in_vain(fault: tuple[Call, Kind]) -> str | None:
    """Whose text may have been sent in vain, since the answer to the send was lost, or the record of it failed."""
    call, kind = fault
    if call.operation == "Publish" and kind is Kind.CUT_AFTER:
        return call.parameters["PhoneNumber"]
    if call.operation == "UpdateItem" and call.parameters["UpdateExpression"].startswith("SET #told"):
        return call.parameters["Key"]["pk"]["S"].removeprefix("request#")
    return None
