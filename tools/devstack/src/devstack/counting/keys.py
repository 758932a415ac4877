"""Requests to the key that queues, topic and tables are encrypted under, in a month, as AWS's documentation says to estimate them.

SQS and SNS use a data key again for a while, and DynamoDB a table's key. All three note that it may be more, since a service
is distributed.
"""

from devstack.counting import prices
from devstack.scale import pipeline
from devstack.template import consumers, resources

GUIDES = "https://docs.aws.amazon.com"
SQS = f"{GUIDES}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
SNS = f"{GUIDES}/sns/latest/dg/sns-key-management.html"
DYNAMODB = f"{GUIDES}/amazondynamodb/latest/developerguide/encryption.howitworks.html"

DEFAULT_REUSE = 300.0  # seconds that SQS uses a data key if it is not told otherwise
TOPIC_REUSE = 300.0  # seconds that SNS uses one
TABLE_REUSE = 300.0  # seconds after which DynamoDB asks again for a connection with traffic


def reuse() -> float:
    """The seconds of all queues alike."""
    (period,) = {queue["KmsDataKeyReusePeriodSeconds"] for queue in resources("SQS::Queue").values()}
    return float(period)


def publishers() -> int:
    return sum(consumer.publishes for consumer in consumers())


def of_queues(period: float) -> float:
    """R = B ÷ D × (2 × P + C), with one principal that sends and one that receives."""
    return len(pipeline.queues()) * requests(period, 3)


def of_topic() -> float:
    """R = B ÷ D × 2 × P, with each function that publishes as a principal."""
    return requests(TOPIC_REUSE, 2 * publishers())


def of_connections(number: int) -> float:
    """The key is asked for once in a period for each connection to a table."""
    return requests(TABLE_REUSE, number)


def requests(period: float, each: int) -> float:
    """Dollars for so many in each period."""
    return prices.MONTH / period * each * prices.KEY_REQUEST.dollars
