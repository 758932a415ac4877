"""AWS's limits and prices that the model uses, each with the page that says it. Quotas are those of us-east-1 unless said otherwise."""

from typing import NamedTuple

GUIDE = "https://docs.aws.amazon.com"
LAMBDA = f"{GUIDE}/lambda/latest/dg"
SQS_SCALING = f"{LAMBDA}/services-sqs-scaling.html"
SNS_QUOTAS = f"{GUIDE}/general/latest/gr/sns.html"
DYNAMODB = f"{GUIDE}/amazondynamodb/latest/developerguide"


class Limit(NamedTuple):
    """A number, what it limits, and where AWS says so."""

    value: float
    text: str
    source: str


FIRST_POLLERS = Limit(5, "batches at once when a queue becomes active", SQS_SCALING)
POLLERS_A_MINUTE = Limit(300, "more batches at once each minute (60 until 2023)", SQS_SCALING)
CONCURRENCY_OF_A_MAPPING = Limit(1250, "batches at once of one mapping, if no MaximumConcurrency is lower", SQS_SCALING)
BATCHES_OF_A_POLLER = Limit(10, "batches at once of one provisioned poller, and calls to SQS a second", SQS_SCALING)
PROVISIONED_A_MINUTE = Limit(1000, "more batches at once each minute, provisioned", SQS_SCALING)
POLLER_PRICE = Limit(0.00925, "dollars an hour for a provisioned poller of SQS", "https://aws.amazon.com/lambda/pricing/")
CONCURRENCY = Limit(1000, "invocations at once of all functions of an account, before a raise", f"{LAMBDA}/lambda-concurrency.html")
MEMORY_OF_A_CPU = Limit(1769, "MB of memory that buy one virtual CPU", f"{LAMBDA}/configuration-memory.html")
PUBLISHED = Limit(
    30_000, "messages a second to all FIFO topics of an account (9,000 in us-west-2 and eu-west-1, fewer elsewhere)", SNS_QUOTAS
)
PUBLISHED_A_GROUP = Limit(
    300, "messages a second in one message group of a topic", f"{GUIDE}/sns/latest/dg/fifo-high-throughput.html"
)
TEXTS = Limit(20, "text messages a second of an account, before a raise", SNS_QUOTAS)
FIFO_CALLS = Limit(
    70_000,
    "calls a second of each kind to a FIFO queue of high throughput",
    f"{GUIDE}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html",
)
SCANNED = Limit(
    120_000,
    "messages of a FIFO queue, from the oldest on, among which SQS looks for groups that may be received",
    f"{GUIDE}/AWSSimpleQueueService/latest/SQSDeveloperGuide/avoid-backlog-with-the-same-message-group-id.html",
)
TABLE_WRITES = Limit(
    4_000, "write units a second that a new on-demand table bears at once", f"{DYNAMODB}/warm-throughput-scenarios.html"
)
TABLE_QUOTA = Limit(40_000, "write units a second of one on-demand table, before a raise", f"{DYNAMODB}/ServiceQuotas.html")
PARTITION_WRITES = Limit(1_000, "write units a second of one partition key", f"{DYNAMODB}/bp-partition-key-design.html")

ALL = [limit for limit in list(globals().values()) if isinstance(limit, Limit)]
