"""A charge as the documentation of Powertools for AWS Lambda advises to write it, for the same records and the same ledger.

Each record is charged by a transaction of its own, and is published by a call of its own; with idempotency, an item is put before
it and updated after it, too (https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/ and …/batch/). The batch
processor handles records one after the other.
"""

from devstack.counting import prices
from devstack.counting.bill import (
    Bill,
    Run,
    database,
    gigabytes,
    invoking,
    polling,
    topic,
)
from devstack.counting.prices import MILLION
from devstack.scale.work import Work

# Units of a charge, as `make bench` counts them for Powertools in Python and Node (docs/understand/benchmarks.md).
READS = 1.0  # the balance
TRANSACTION_WRITES = 4.0  # the balance and a transfer of under a KiB
IDEMPOTENCY_WRITES = 2.0  # an item of under a KiB is put, then updated


def charge_of(run: Run) -> Bill:
    """Dollars for a million of our charges, by service; the SNS and SQS that carry the records to and from them apart."""
    counts = run.counted["points"]
    dollars = {
        "DynamoDB": database(counts),
        "SNS": topic(counts),
        "SQS": polling("points", counts),
        "Lambda": invoking("points", counts, run.batch),
    }
    return {service: run.each(one) * MILLION for service, one in dollars.items()}


def charge_of_peer(run: Run, idempotent: bool) -> Bill:
    """The same for a peer, with the same batches, with or without Powertools' idempotency items."""
    ours, counts = charge_of(run), run.counted["points"]
    publishes = counts.events.total() - counts.calls["sns.PublishBatch"]
    time = run.requests / counts.invocations * seconds(idempotent) * gigabytes("points") * prices.GB_SECOND.dollars
    return {
        "DynamoDB": writes(idempotent) * prices.WRITE.million + READS * prices.READ.million,
        "SNS": ours["SNS"] + run.each(publishes) * prices.PUBLISH.million,
        "SQS": ours["SQS"],
        "Lambda": run.each(counts.invocations) * (prices.INVOCATION.dollars + time) * MILLION,
    }


def writes(idempotent: bool) -> float:
    return TRANSACTION_WRITES + (IDEMPOTENCY_WRITES if idempotent else 0)


def seconds(idempotent: bool) -> float:
    """Of a record: calls one after the other, at the latencies of the model of scale. The language's own time is left out."""
    work = Work()
    calls = [work.read, work.transaction, work.publish, *([work.write, work.write] if idempotent else [])]
    return sum(one.mean() for one in calls)
