"""The deployed stack: its outputs, and clients for the services that a producer and a listener use."""

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config


@dataclass(frozen=True)
class Stack:
    """A stack's outputs (the same names everywhere), and the local engine's address if it is there."""

    outputs: dict[str, str]
    endpoint: str | None

    @property
    def topic(self) -> str:
        return self.outputs["EventsTopicArn"]

    @property
    def name(self) -> str:
        return self.topic.rsplit(":", 1)[1].removesuffix("-events.fifo")

    @property
    def region(self) -> str:
        return self.topic.split(":")[3]

    @cached_property
    def sqs(self) -> Any:
        return self._client("sqs")

    @cached_property
    def sns(self) -> Any:
        return self._client("sns")

    @cached_property
    def dynamodb(self) -> Any:
        return self._client("dynamodb")

    def queue(self, name: str) -> str:
        """The URL of a queue by its name in the outputs (`Intake`)."""
        return self.outputs[f"{name}QueueUrl"]

    def waiting(self, name: str) -> int:
        """How many messages are on a queue, delayed or in a function's hands, about."""
        states = ["", "Delayed", "NotVisible"]
        names = [f"ApproximateNumberOfMessages{state}" for state in states]
        answer = self.sqs.get_queue_attributes(QueueUrl=self.queue(name), AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def backlog(self) -> dict[str, int]:
        """The queues that hold something, the dead-letter queues among them."""
        names = [output.removesuffix("QueueUrl") for output in self.outputs if output.endswith("QueueUrl")]
        return {name: count for name in names if (count := self.waiting(name))}

    def _client(self, service: Any) -> Any:
        config = Config(max_pool_connections=16, retries={"mode": "standard", "max_attempts": 5})
        if self.endpoint is None:
            session = boto3.Session(region_name=self.region)
            return session.client(service, config=config)
        session = boto3.Session("test", "test", region_name=self.region)
        return session.client(service, endpoint_url=self.endpoint, config=config)


def load(path: str) -> Stack:
    """The stack whose outputs (`make outputs`: one JSON object) are in a file, or on standard input for `-`."""
    text = sys.stdin.read() if path == "-" else Path(path).read_text()
    outputs = json.loads(text)
    needed = {"EventsTopicArn", "IntakeQueueUrl", "PointsQueueUrl", "QuarantineQueueUrl", "StatisticsTableName"}
    missing = needed - set(outputs)
    if missing:
        raise SystemExit(f"{path} lacks the stack outputs {', '.join(sorted(missing))}")
    return Stack(outputs, outputs.get("Endpoint"))
