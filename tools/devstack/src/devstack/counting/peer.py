"""A charge as the documentation of Powertools for AWS Lambda advises to write it, for the same records and the same ledger.

Each record is idempotent by an item that is put before and updated after it, is charged by a transaction of its own, and is
published by a call of its own (https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/ and …/batch/). The batch
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


def charge_of_peer(run: Run) -> Bill:
    """The same for a peer, with the same batches."""
    ours, counts = charge_of(run), run.counted["points"]
    publishes = counts.events.total() - counts.calls["sns.PublishBatch"]
    time = seconds(run.requests / counts.invocations) * gigabytes("points") * prices.GB_SECOND.dollars
    return {
        "DynamoDB": (TRANSACTION_WRITES + IDEMPOTENCY_WRITES) * prices.WRITE.million + READS * prices.READ.million,
        "SNS": ours["SNS"] + run.each(publishes) * prices.PUBLISH.million,
        "SQS": ours["SQS"],
        "Lambda": run.each(counts.invocations) * (prices.INVOCATION.dollars + time) * MILLION,
    }


def seconds(records: float) -> float:
    """Of an invocation: calls one after the other, at the latencies of the model of scale. The language's own time is left out."""
    work = Work()
    return records * sum(one.mean() for one in (work.write, work.read, work.transaction, work.write, work.publish))
