"""What a run's counts cost, by service, for a million requests."""

from collections.abc import Iterable, Mapping
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
    return together([submitting(run), *(part(run, function) for function in run.counted)])


def together(bills: Iterable[Bill]) -> Bill:
    parts = list(bills)
    return {service: sum(one.get(service, 0.0) for one in parts) for service in SERVICES}


def submitting(run: Run) -> Bill:
    """The producer's calls for a million requests, each with a batch."""
    return {"SQS": request_price("intake") / run.batch * MILLION}


def part(run: Run, function: str) -> Bill:
    """One function's part of a million requests, with the deliveries of its events."""
    counts = run.counted[function]
    dollars = {
        "DynamoDB": database(counts),
        "SNS": topic(counts),
        "SQS": delivering(counts) + polling(function, counts),
        "Lambda": invoking(function, counts, run.batch),
        "logs": counts.logged * prices.LOG_BYTE.dollars,
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


def delivering(counts: Counts) -> float:
    """The topic's calls, each with one message."""
    return sum(number * request_price(queue) for kind, number in counts.events.items() for queue in pipeline.receivers(kind))


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
