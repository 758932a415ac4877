"""List prices of us-east-1 in November 2026, in dollars, with the pages that say them. The one place for prices of what a request uses."""

from typing import NamedTuple


class Price(NamedTuple):
    """A list price: so many dollars for so many of what is counted."""

    listed: float
    number: float
    of: str
    source: str

    @property
    def dollars(self) -> float:
        """For one."""
        return self.listed / self.number

    @property
    def million(self) -> float:
        return self.dollars * MILLION


HOURS_A_MONTH = 730  # as AWS's own estimates have it: a year's by twelve
MONTH = HOURS_A_MONTH * 3600.0  # seconds
FREE_REQUESTS = 1e6  # to SQS, in each month
MILLION = 1e6
GB = 1e9  # bytes, as services bill them
DYNAMODB = "https://aws.amazon.com/dynamodb/pricing/on-demand/"
SQS = "https://aws.amazon.com/sqs/pricing/"
SNS = "https://aws.amazon.com/sns/pricing/"
LAMBDA = "https://aws.amazon.com/lambda/pricing/"
KMS = "https://aws.amazon.com/kms/pricing/"
CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/"
TEXTS = "https://aws.amazon.com/end-user-messaging/pricing/"  # asks for a country
TEXTS_TO_JAPAN = "https://dev.classmethod.jp/articles/aws-end-user-messaging-sms-japanese-message-parts-pricing/"

WRITE = Price(0.625, MILLION, "a million write units, on demand", DYNAMODB)
READ = Price(0.125, MILLION, "a million read units, on demand", DYNAMODB)
FIFO_REQUEST = Price(0.50, MILLION, "a million requests to FIFO queues, of up to 64 KiB each", SQS)
STANDARD_REQUEST = Price(0.40, MILLION, "a million requests to standard queues, of up to 64 KiB each", SQS)
PUBLISH = Price(0.30, MILLION, "a million calls of `Publish` or `PublishBatch` to a FIFO topic", SNS)
PUBLISHED_BYTE = Price(0.017, GB, "a GB that is published to a FIFO topic", SNS)
SUBSCRIPTION = Price(0.01, MILLION, "a million messages, each for each subscription, filtered out or not", SNS)
SUBSCRIPTION_BYTE = Price(0.001, GB, "a GB of these", SNS)
INVOCATION = Price(0.20, MILLION, "a million invocations", LAMBDA)
GB_SECOND = Price(13.3334, MILLION, "a million GB-seconds of arm64 functions", LAMBDA)
LOG_BYTE = Price(0.50, GB, "a GB that is logged", CLOUDWATCH)
ALARM = Price(0.10, 1, "a month of a metric with an alarm", CLOUDWATCH)
METRIC = Price(0.30, 1, "a month of a custom metric, by the hours in which it gets a value; the first 10,000", CLOUDWATCH)
DASHBOARD = Price(3.00, 1, "a month of a dashboard, beyond the first three", CLOUDWATCH)
KEY_REQUEST = Price(0.03, 1e4, "10,000 requests to KMS", KMS)
KEY_MONTH = Price(1.00, 1, "a month of a customer-managed key", KMS)
TEXT_PART = Price(0.07451, 1, "a part of a text message to a number in Japan, on 18 May 2026", TEXTS_TO_JAPAN)

ALL = [price for price in list(globals().values()) if isinstance(price, Price)]
