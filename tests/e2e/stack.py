"""A deployed stack seen from outside: what other teams' programs send, receive and read, and nothing else."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import boto3
from boto3.dynamodb.types import TypeDeserializer
from events import envelope
from inbox import Inbox, Listener


class Stack:
    """Clients, queues and topic of one deployed stack, by its outputs."""

    def __init__(self, outputs: dict[str, str]) -> None:
        self.outputs = outputs
        self.endpoint = outputs["Endpoint"]
        self.sqs = self.client("sqs")
        self.listener = Listener(self.client("sqs"), self.client("sns"), outputs["EventsTopicArn"])
        self.quarantine = Inbox(self.client("sqs"), outputs["QuarantineQueueUrl"])

    def client(self, service: str) -> Any:
        return boto3.client(service, endpoint_url=self.endpoint)

    def send(self, queue: str, body: str, group: str, attributes: dict[str, Any] | None = None) -> str:
        """Sends one body to the queue of this output, as a producer does; gives back its message id."""
        sent = self.sqs.send_message(
            QueueUrl=self.outputs[queue], MessageBody=body, MessageGroupId=group, MessageAttributes=attributes or {}
        )
        return sent["MessageId"]

    def emit(self, kind: str, data: dict[str, Any], group: str, **members: Any) -> str:
        """Sends one event to the queue where its type belongs."""
        queue = "PointsQueueUrl" if kind == "points.purchased" else "IntakeQueueUrl"
        return self.send(queue, json.dumps(envelope(kind, data, **members)), group)

    def function(self, name: str) -> str:
        """What a function is called in this stack."""
        return self.outputs["EventsTopicArn"].rsplit(":", 1)[1].replace("events.fifo", name)

    def endpoint_arn(self, resource: str) -> str:
        """The ARN of a push endpoint in the topic's own account and region."""
        return self.outputs["EventsTopicArn"].rsplit(":", 1)[0] + ":" + resource

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Every item of a table, as DynamoDB gives them."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs[table], ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def items(self, table: str) -> list[dict[str, Any]]:
        """Every item of a table, in Python's own types."""
        value = TypeDeserializer().deserialize
        return [plain({name: value(item[name]) for name in item}) for item in self.rows(table)]

    @contextmanager
    def visible_again_after(self, seconds: int, *queues: str) -> Iterator[None]:
        """How long these queues keep back the batch of a killed process."""
        name = "VisibilityTimeout"
        urls = [self.outputs[queue] for queue in queues]
        before = {url: self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"] for url in urls}
        for url in urls:
            self.sqs.set_queue_attributes(QueueUrl=url, Attributes={name: str(seconds)})
        try:
            yield
        finally:
            for url, attributes in before.items():
                self.sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)

    def texts(self, phone: str) -> list[str]:
        """The text messages to this number that the local engine took in place of a carrier."""
        return self.all_texts(phoneNumber=phone)[phone]

    def all_texts(self, **only: str) -> dict[str, list[str]]:
        """The same by number."""
        url = f"{self.endpoint}/_ministack/sns/sms-messages?{urlencode(only)}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            taken = json.load(answer)["sms_messages"]
        return {phone: [text["Message"] for text in texts] for phone, texts in taken.items()}

    def close(self) -> None:
        self.listener.close()
        self.quarantine.close()


def plain(value: Any) -> Any:
    """Numbers as Python's own, at any depth."""
    return json.loads(json.dumps(value, default=int))
