"""What is paid by the month: whether requests come or not, and while they come."""

from collections.abc import Iterator
from typing import NamedTuple

from devstack.counting import fold, keys, prices
from devstack.counting.workload import PARTNERS
from devstack.scale import limits, pipeline

LONG_POLL = 20.0  # seconds that a receive waits for a message


class Line(NamedTuple):
    what: str
    dollars: float
    why: str


def idle() -> Iterator[Line]:
    queues = pipeline.queues().values()
    pollers = sum(min(queue.concurrency, int(limits.FIRST_POLLERS.value)) for queue in queues)
    per_poll = sum((prices.FIFO_REQUEST if queue.fifo else prices.STANDARD_REQUEST).dollars for queue in queues) / len(queues)
    yield Line(
        "polls of empty queues",
        pollers * prices.MONTH / LONG_POLL * per_poll,
        f"{pollers} pollers, a call each in {LONG_POLL:g} s",
    )
    yield Line("the key", prices.KEY_MONTH.dollars, "")
    yield Line(
        "folds of statistics that find nothing",
        fold.looking(),
        f"an invocation in {fold.period():g} s, which reads {fold.reads()} units",
    )
    yield Line(
        "their requests to the key by DynamoDB",
        keys.of_connections(fold.series()),
        f"one in {keys.TABLE_REUSE:g} s for each connection with traffic ([DynamoDB]({keys.DYNAMODB})): a fold reads {fold.series()} series "
        "side by side, with a connection each at most",
    )


def busy() -> Iterator[Line]:
    """With something to do all month."""
    yield Line(
        "writes of the folds",
        fold.writing(PARTNERS),
        f"{fold.writes(PARTNERS)} units each: {PARTNERS} partners of one category and region, by hour and day; the runs above have one fold each",
    )
    yield Line(
        "requests to the key by SQS",
        keys.of_queues(keys.reuse()),
        f"{len(pipeline.queues())} queues, each with one sender and one receiver; a data key is used for {keys.reuse():g} s ([SQS]({keys.SQS}))",
    )
    yield Line(
        "requests to the key by SNS",
        keys.of_topic(),
        f"{keys.publishers()} functions publish; a data key is used for {keys.TOPIC_REUSE:g} s ([SNS]({keys.SNS}))",
    )
    yield Line(
        "requests to the key by DynamoDB",
        keys.of_connections(1),
        "for each connection that has traffic all month; a process has as many as it makes calls at once",
    )
