"""What a run's counts cost, by service, for a million requests."""

from collections.abc import Mapping
from dataclasses import dataclass

from devstack.counting import prices
from devstack.counting.counts import Counts
from devstack.counting.prices import MILLION
from devstack.scale import bounds, pipeline
from devstack.scale.work import Work

SERVICES = ("DynamoDB", "SNS", "SQS", "Lambda", "logs")
MEMORY_OF_A_GB = 1024  # MB
Bill = dict[str, float]


@dataclass(frozen=True)
class Run:
    """What was counted of so many requests, by function, with batches of at most so many records."""

    batch: int
    requests: int
    counted: Mapping[str, Counts]

    def each(self, amount: float) -> float:
        return amount / self.requests


def bill(run: Run) -> Bill:
    """Dollars for a million requests."""
    all_counts = list(run.counted.values())
    dollars = {
        "DynamoDB": sum(map(database, all_counts)),
        "SNS": sum(map(topic, all_counts)),
        "SQS": sending(run) + sum(polling(function, counts) for function, counts in run.counted.items()),
        "Lambda": sum(invoking(function, counts, run.batch) for function, counts in run.counted.items()),
        "logs": sum(counts.logged for counts in all_counts) * prices.LOG_BYTE.dollars,
    }
    return {service: run.each(dollars[service]) * MILLION for service in SERVICES}


def database(counts: Counts) -> float:
    return counts.write * prices.WRITE.dollars + counts.read * prices.READ.dollars


def topic(counts: Counts) -> float:
    """Calls, bytes, and each message for each of the topic's subscriptions."""
    subscriptions = pipeline.subscriptions()
    calls = counts.calls["sns.PublishBatch"] * prices.PUBLISH.dollars + counts.published * prices.PUBLISHED_BYTE.dollars
    return calls + subscriptions * (
        counts.events.total() * prices.SUBSCRIPTION.dollars + counts.published * prices.SUBSCRIPTION_BYTE.dollars
    )


def sending(run: Run) -> float:
    """The producer's calls, each with a batch, and the topic's, each with one message."""
    delivered = sum(
        number * request_price(queue)
        for counts in run.counted.values()
        for kind, number in counts.events.items()
        for queue in pipeline.receivers(kind)
    )
    return run.requests / run.batch * request_price("intake") + delivered


def polling(function: str, counts: Counts) -> float:
    """A batch is received by one call and deleted by one, and what fails has its visibility changed. (Both calls take ten messages, so a batch of
    a hundred would take ten of each; the local engine's have ten at most.)"""
    return (2 * counts.invocations + counts.requests["sqs"]) * request_price(queues_of(function)[0])


def invoking(function: str, counts: Counts, batch: int) -> float:
    return counts.invocations * (
        prices.INVOCATION.dollars + seconds(function, batch) * gigabytes(function) * prices.GB_SECOND.dollars
    )


def seconds(function: str, batch: int) -> float:
    """Of an invocation, by the model of scale: a machine's own times are not AWS's."""
    durations = bounds.invocations(Work(), batch)
    known = [durations[queue] for queue in queues_of(function) if queue in durations]
    return sum(known) / len(known)


def gigabytes(function: str) -> float:
    return pipeline.queues()[queues_of(function)[0]].memory / MEMORY_OF_A_GB


def request_price(queue: str) -> float:
    return (prices.FIFO_REQUEST if pipeline.queues()[queue].fifo else prices.STANDARD_REQUEST).dollars


def queues_of(function: str) -> list[str]:
    return [queue for queue, settings in pipeline.queues().items() if settings.function == function]
