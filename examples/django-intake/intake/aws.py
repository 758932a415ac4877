"""The SQS client: credentials, region and endpoint by the standard settings."""

from typing import Any

import boto3
from botocore.config import Config

RECEIVE_WAIT_SECONDS = 5  # of a long poll; after SIGTERM a listener runs for at most this long


def sqs_client() -> Any:
    """An SQS client that tries each call once, for 3 + 10 seconds at most: relay and listener repeat failed calls."""
    return boto3.client("sqs", config=Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 1}))
