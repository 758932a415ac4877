"""A deployed stack seen from outside, by its outputs: what other teams' programs send, receive and read."""

import json
import urllib.request
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import boto3
from boto3.dynamodb.types import Binary, TypeDeserializer
from botocore.config import Config

from devstack.clients.queues import QueueReader, TopicListener
from devstack.events import SENT_TO, envelope

# Messages that wait, that wait for their delay to pass, and that a function has received.
STATES = ("", "Delayed", "NotVisible")
BATCH = 10  # the messages that SQS takes in one call
BATCH_BYTES = 200_000  # of bodies; the attributes come on top, and the engine takes 256 KiB


class Stack:
    """Clients, queues, topic and tables of one deployed stack. The outputs' names are the same everywhere; `Endpoint` is there
    on a local stack alone."""

    def __init__(self, outputs: Mapping[str, str]) -> None:
        self.outputs = outputs
        self.endpoint = outputs.get("Endpoint")
        self.topic = outputs["EventsTopicArn"]
        self.name = self.topic.rsplit(":", 1)[1].removesuffix("-events.fifo")
        self.region = self.topic.split(":")[3]
        self.sqs, self.sns, self.dynamodb = map(self.client, ("sqs", "sns", "dynamodb"))

    def client(self, service: str) -> Any:
        return client(service, self.endpoint, self.region)

    @cached_property
    def listener(self) -> TopicListener:
        """A queue on the topic: it gets what is published from the first use on."""
        return TopicListener(self.client("sqs"), self.client("sns"), self.topic)

    @cached_property
    def quarantine(self) -> QueueReader:
        return QueueReader(self.client("sqs"), self.queue("Quarantine"))

    def close(self) -> None:
        for name in ("listener", "quarantine"):
            if reader := self.__dict__.get(name):
                reader.close()

    def queue(self, name: str) -> str:
        """The URL of a queue by its name in the outputs (`Intake`)."""
        return self.outputs[f"{name}QueueUrl"]

    def queues(self) -> list[str]:
        """The names of all queues, the dead-letter queues among them."""
        return [output.removesuffix("QueueUrl") for output in self.outputs if output.endswith("QueueUrl")]

    def table(self, name: str) -> str:
        """A table's full name by its name in the outputs (`Ledger`)."""
        return self.outputs[f"{name}TableName"]

    def function(self, name: str) -> str:
        return f"{self.name}-{name}"

    def endpoint_arn(self, resource: str) -> str:
        """The ARN of a push endpoint in the topic's own account and region."""
        return self.topic.rsplit(":", 1)[0] + ":" + resource

    def send(self, queue: str, body: str, group: str, attributes: dict[str, Any] | None = None) -> str:
        """Sends one body to a queue, as a producer does; returns its message id."""
        sent = self.sqs.send_message(
            QueueUrl=self.queue(queue), MessageBody=body, MessageGroupId=group, MessageAttributes=attributes or {}
        )
        return sent["MessageId"]

    def send_all(self, queue: str, entries: list[dict[str, Any]]) -> list[str]:
        """Sends messages in their order, as many in one call as SQS takes; returns their message ids."""
        sent: list[str] = []
        while call := list(first_call(entries[len(sent) :])):
            sent += self.send_batch(queue, call)
        return sent

    def send_batch(self, queue: str, entries: list[dict[str, Any]]) -> list[str]:
        """Sends up to ten messages in one call; returns their message ids."""
        numbered = [{"Id": str(number)} | entry for number, entry in enumerate(entries)]
        answer = self.sqs.send_message_batch(QueueUrl=self.queue(queue), Entries=numbered)
        if failed := answer.get("Failed"):
            raise RuntimeError(f"SQS did not take {len(failed)} of {len(entries)} messages for {queue}: {failed[0]['Code']}")
        ids = {entry["Id"]: entry["MessageId"] for entry in answer["Successful"]}
        return [ids[entry["Id"]] for entry in numbered]

    def emit(self, event_type: str, data: dict[str, Any], group: str, **members: Any) -> str:
        """Sends one event to the queue where its type belongs."""
        return self.send(SENT_TO[event_type], json.dumps(envelope(event_type, data, **members)), group)

    def waiting(self, queue: str, states: tuple[str, ...] = STATES) -> int:
        """How many messages in these states are on a queue: approximate on AWS."""
        names = [f"ApproximateNumberOfMessages{state}" for state in states]
        answer = self.sqs.get_queue_attributes(QueueUrl=self.queue(queue), AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def backlog(self) -> dict[str, int]:
        """The queues that hold messages, and how many."""
        return {name: count for name in self.queues() if (count := self.waiting(name))}

    @contextmanager
    def visible_again_after(self, seconds: int, *queues: str) -> Iterator[None]:
        """How long these queues hold back the batch of a killed process."""
        name = "VisibilityTimeout"
        urls = [self.queue(queue) for queue in queues]
        before = {url: self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"] for url in urls}
        for url in urls:
            self.sqs.set_queue_attributes(QueueUrl=url, Attributes={name: str(seconds)})
        try:
            yield
        finally:
            for url, attributes in before.items():
                self.sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)

    def invoke(self, function: str, payload: str | bytes, **options: Any) -> dict[str, Any]:
        """Calls a function past its queue; the answer's `Payload` is a stream of JSON."""
        return self.client("lambda").invoke(FunctionName=self.function(function), Payload=payload, **options)

    def fold(self) -> None:
        """Has statistics add what it counted to the counters, as its schedule does every minute."""
        answer = self.invoke("statistics", json.dumps({"task": "fold"}))
        if "FunctionError" in answer:
            raise RuntimeError(f"statistics did not fold: {answer['Payload'].read().decode()}")

    def items(self, table: str) -> list[dict[str, Any]]:
        """Every item of a table, in Python's own types."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table(table), ConsistentRead=True)
        return [plain(item) for page in pages for item in page["Items"]]

    def query(self, table: str, key: str) -> list[dict[str, Any]]:
        """The items of one partition key, in Python's own types."""
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table(table),
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": key}},
            ConsistentRead=True,
        )
        return [plain(item) for page in pages for item in page["Items"]]

    def history(self, partner: str) -> list[dict[str, Any]]:
        """The decisions on a partner's account, in order, as the ledger's index has them. On AWS the newest may be missing for a
        moment; not on the local engine."""
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table("Ledger"),
            IndexName="History",
            KeyConditionExpression="partner = :partner AND #sequence > :unknown",
            ExpressionAttributeNames={"#sequence": "sequence"},
            ExpressionAttributeValues={":partner": {"S": partner}, ":unknown": {"N": "0"}},
        )
        return [plain(item) for page in pages for item in page["Items"]]

    def texts(self, **only: str) -> dict[str, list[str]]:
        """The text messages that the local engine took in place of a carrier, by phone number."""
        taken = self.inspect("sns/sms-messages", region=self.region, **only)["sms_messages"]
        return {phone: [text["Message"] for text in texts] for phone, texts in taken.items()}

    def texts_to(self, phone: str) -> list[str]:
        return self.texts(phoneNumber=phone)[phone]

    def inspect(self, what: str, **query: str) -> Any:
        """What the local engine shows of its state."""
        with urllib.request.urlopen(f"{self.endpoint}/_ministack/{what}?{urlencode(query)}", timeout=10) as answer:
            return json.load(answer)


def first_call(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The first entries, as many as one call takes."""
    size = 0
    for number, entry in enumerate(entries[:BATCH]):
        size += len(entry["MessageBody"].encode())
        if number > 0 and size > BATCH_BYTES:
            return
        yield entry


def client(service: str, endpoint: str | None, region: str) -> Any:
    """A client of the local engine, which takes any keys, or of AWS with the user's own."""
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} if endpoint else {}
    config = Config(max_pool_connections=16, retries={"mode": "standard", "max_attempts": 5})
    return boto3.Session(region_name=region, **keys).client(service, endpoint_url=endpoint, config=config)


def plain(item: dict[str, Any]) -> dict[str, Any]:
    """A DynamoDB item in Python's own types, at any depth; bytes, which are compressed text in all tables, as that text."""
    values = {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
    return json.loads(json.dumps(values, default=_plain))


def _plain(value: Decimal | Binary) -> int | str:
    return zlib.decompress(value.value).decode() if isinstance(value, Binary) else int(value)
