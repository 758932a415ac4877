"""What is paid by the month, whether requests come or not."""

from collections.abc import Iterator
from typing import NamedTuple

from devstack.counting import prices
from devstack.scale import limits, pipeline
from devstack.template import resources

MONTH = 30 * 24 * 3600.0  # seconds
LONG_POLL = 20.0  # seconds that a receive waits for a message
DEFAULT_REUSE = 300.0  # seconds that SQS uses a data key if it is not told otherwise


class Line(NamedTuple):
    what: str
    dollars: float
    why: str


def lines() -> Iterator[Line]:
    queues = pipeline.queues().values()
    pollers = sum(min(queue.concurrency, int(limits.FIRST_POLLERS.value)) for queue in queues)
    per_poll = sum((prices.FIFO_REQUEST if queue.fifo else prices.STANDARD_REQUEST).dollars for queue in queues) / len(queues)
    yield Line(
        "polls of empty queues", pollers * MONTH / LONG_POLL * per_poll, f"{pollers} pollers, a call each in {LONG_POLL:g} s"
    )
    yield Line("the key", prices.KEY_MONTH.dollars, "")
    yield Line("requests to the key by SQS", keys(reuse()), f"{len(queues)} queues; a data key is used for {reuse():g} s")


def keys(period: float) -> float:
    """R = B ÷ D × (2 × P + C), with one principal that sends and one that receives (SQS Developer Guide, "Key management")."""
    return len(pipeline.queues()) * MONTH / period * 3 * prices.KEY_REQUEST.dollars


def reuse() -> float:
    """Of all queues alike."""
    (period,) = {queue["KmsDataKeyReusePeriodSeconds"] for queue in resources("SQS::Queue").values()}
    return float(period)
