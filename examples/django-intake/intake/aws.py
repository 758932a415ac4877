"""The SQS client: credentials, region and endpoint by the standard settings."""

from typing import Any

import boto3
from botocore.config import Config

RECEIVE_WAIT = 5  # seconds of a long poll; also how long a listener may take to end


def sqs() -> Any:
    """One try a call: the callers have their own way to repeat. A call takes 3 + 10 seconds at most."""
    return boto3.client("sqs", config=Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 1}))
