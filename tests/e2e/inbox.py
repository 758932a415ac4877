"""Queues that are read as messages come in: another team's, and the quarantine."""

import json
import threading
import uuid
from collections.abc import Callable
from typing import Any

from events import Event
from patience import LIMIT

Where = Callable[[Event], bool]


class Inbox:
    """Everything that arrives on one queue, in the order of arrival."""

    def __init__(self, sqs: Any, url: str) -> None:
        self.sqs, self.url = sqs, url
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

    def __init__(self, sqs: Any, sns: Any, topic: str) -> None:
        self.sns = sns
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
        super().__init__(sqs, url)

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
