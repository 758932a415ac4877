"""A deployed stack seen from outside: what other teams' programs send, receive and read, and nothing else."""

import json
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import boto3
from boto3.dynamodb.types import TypeDeserializer

Event = dict[str, Any]
Where = Callable[[Event], bool]
LIMIT = 60.0  # seconds that a condition may take before the test fails


class Stack:
    """Clients, queues and topic of one deployed stack, by its outputs."""

    def __init__(self, outputs: dict[str, str]) -> None:
        self.outputs = outputs
        self.endpoint = outputs["Endpoint"]
        self.sqs = self.client("sqs")
        self.listener = Listener(self)
        self.quarantine = Inbox(self, outputs["QuarantineQueueUrl"])

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


class Inbox:
    """Everything that arrives on one queue, in the order of arrival."""

    def __init__(self, stack: Stack, url: str) -> None:
        self.sqs, self.url = stack.client("sqs"), url
        self.seen: list[dict[str, Any]] = []
        self.read_as: list[Event] = []  # the same, parsed once: thousands come in while a test waits
        self.changed = threading.Condition()
        self.open = True
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        while self.open:
            for message in self.receive():
                with self.changed:
                    self.seen.append(message)
                    self.read_as.append(json.loads(message["Body"]))
                    self.changed.notify_all()
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def receive(self) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"]
        )
        return answer.get("Messages", [])

    def events(self, kind: str | None = None, where: Where = lambda _: True) -> list[Event]:
        with self.changed:
            events = list(self.read_as)
        return [event for event in events if kind in (None, event["type"]) and where(event)]

    def wait(self, kind: str, where: Where, count: int = 1) -> list[Event]:
        """The events of this kind, once there are `count` of them."""
        found: list[Event] = []

        def enough() -> bool:
            found[:] = [e for e in self.read_as if e["type"] == kind and where(e)]
            return len(found) >= count

        with self.changed:
            assert self.changed.wait_for(enough, LIMIT), f"{len(found)} of {count} {kind} within {LIMIT:.0f} s"
        return found

    def close(self) -> None:
        self.open = False
        self.reader.join(10)


class Listener(Inbox):
    """Another team's queue, subscribed to the topic without a filter."""

    def __init__(self, stack: Stack) -> None:
        sqs, self.sns = stack.client("sqs"), stack.client("sns")
        topic = stack.outputs["EventsTopicArn"]
        url = sqs.create_queue(QueueName=f"listener-{uuid.uuid4().hex[:8]}")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(delivery(topic, arn))})
        self.subscription = self.sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn,
            Attributes={"RawMessageDelivery": "true"},
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        super().__init__(stack, url)

    def close(self) -> None:
        super().close()
        self.sns.unsubscribe(SubscriptionArn=self.subscription)
        self.sqs.delete_queue(QueueUrl=self.url)


def delivery(topic: str, queue: str) -> dict[str, Any]:
    """The queue policy without which a topic delivers nothing."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def envelope(kind: str, data: Any, **members: Any) -> dict[str, Any]:
    """A CloudEvents envelope as a producer writes it; `members` replace or add some."""
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "/e2e",
        "type": kind,
        "time": datetime.now(UTC).isoformat(),
        "data": data,
    } | members


def plain(value: Any) -> Any:
    """Numbers as Python's own, at any depth."""
    return json.loads(json.dumps(value, default=int))


def until(condition: Callable[[], Any], what: str, limit: float = LIMIT) -> Any:
    """Waits for a condition to hold, and gives back what it gave."""
    for _ in ticks(limit):
        if found := condition():
            return found
    raise AssertionError(f"not within {limit:.0f} s: {what}")


def ticks(limit: float) -> Iterator[float]:
    """The seconds that are left, ten times a second."""
    end = time.monotonic() + limit
    while (left := end - time.monotonic()) > 0:
        yield left
        time.sleep(0.1)
