"""What is paid by the month: whether requests come or not, and while they come."""

from collections.abc import Iterator
from statistics import fmean
from typing import NamedTuple

from devstack.counting import fold, keys, prices
from devstack.counting.bill import request_price
from devstack.counting.workload import PARTNERS
from devstack.scale import limits, pipeline
from devstack.template import consumers, resources

LONG_POLL = 20.0  # seconds that a receive waits for a message
# The metrics that get a value with every batch that goes well.
OF_FUNCTION = "handled"
OF_QUEUE = "oldest_age_ms"


class Line(NamedTuple):
    what: str
    dollars: float
    why: str


def alarmed_metrics() -> int:
    """An alarm has one metric, or as many as its expression takes."""
    return sum(
        sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1 for alarm in resources("CloudWatch::Alarm").values()
    )


def pollers() -> int:
    """Of all queues, while they are empty."""
    return sum(min(queue.concurrency, int(limits.FIRST_POLLERS.value)) for queue in pipeline.queues().values())


def per_poll() -> float:
    """Dollars, on average."""
    return fmean(request_price(queue) for queue in pipeline.queues())


def free_polls() -> float:
    """Dollars a month for the requests to SQS that are free."""
    return prices.FREE_REQUESTS * per_poll()


def idle() -> Iterator[Line]:
    number = alarmed_metrics()
    yield Line("alarms", number * prices.ALARM.dollars, f"{number} metrics")
    yield Line(
        "polls of empty queues",
        pollers() * prices.MONTH / LONG_POLL * per_poll(),
        f"{pollers()} pollers, a call each in {LONG_POLL:g} s",
    )
    yield Line(
        "the dashboard",
        len(resources("CloudWatch::Dashboard")) * prices.DASHBOARD.dollars,
        "`Dashboard=false` goes without ([Observe](../do/observe.md#the-dashboard))",
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


def hourly() -> Iterator[Line]:
    """With something to do in every hour of the month."""
    functions, queues = len(consumers()), len(pipeline.queues())
    yield Line(
        "metrics of the batches",
        (functions + queues) * prices.METRIC.dollars,
        f"`{OF_FUNCTION}` of {functions} functions and `{OF_QUEUE}` of {queues} queues; the others only in hours in which they count something. "
        "`BatchMetrics=failed` goes without ([Observe](../do/observe.md#what-the-metrics-cost))",
    )
