"""Queues that are read in the background as messages arrive."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from devstack.events import Event
from devstack.waiting import LIMIT

Where = Callable[[Event], bool]
POLL_SECONDS = 1


class QueueReader:
    """Everything that arrives on one queue, in the order of arrival."""

    def __init__(self, sqs: Any, url: str) -> None:
        self.sqs, self.url = sqs, url
        self.messages: list[dict[str, Any]] = []
        self.parsed: list[Event] = []  # the same messages' events, parsed once: thousands arrive while a test waits
        self.arrived: list[float] = []  # their times of arrival, in seconds since 1970
        self.failure: Exception | None = None
        self.changed = threading.Condition()
        self.start()

    def start(self) -> None:
        self.open = True
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """What arrives meanwhile is another reader's."""
        QueueReader.close(self)
        try:
            yield
        finally:
            self.start()

    def read(self) -> None:
        try:
            while self.open:
                if messages := self.receive():
                    self.take(messages)
        except Exception as failure:  # for the thread that waits or looks: it raises this
            with self.changed:
                self.failure = failure
                self.changed.notify_all()

    def raise_failure(self) -> None:
        """Raises what ended the reading, if anything did."""
        if self.failure:
            raise self.failure

    def receive(self) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=POLL_SECONDS, MessageAttributeNames=["All"]
        )
        return answer.get("Messages", [])

    def take(self, messages: list[dict[str, Any]]) -> None:
        with self.changed:
            self.messages += messages
            self.parsed += [json.loads(message["Body"]) for message in messages]
            self.arrived += [time.time()] * len(messages)
            self.changed.notify_all()
        handles = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(messages)]
        self.sqs.delete_message_batch(QueueUrl=self.url, Entries=handles)

    def since(self, position: int) -> list[tuple[str, float]]:
        """The bodies and times of arrival of the messages from this position on."""
        self.raise_failure()
        with self.changed:
            bodies = [message["Body"] for message in self.messages[position:]]
            return list(zip(bodies, self.arrived[position:], strict=True))

    def events(self, event_type: str | None = None, where: Where = lambda _: True) -> list[Event]:
        self.raise_failure()
        with self.changed:
            events = list(self.parsed)
        return [event for event in events if event_type in (None, event["type"]) and where(event)]

    def wait(self, event_type: str, where: Where, count: int = 1) -> list[Event]:
        """The events of this type, once there are `count` of them."""
        found: list[Event] = []

        def are_enough() -> bool:
            found[:] = [event for event in self.parsed if event["type"] == event_type and where(event)]
            return len(found) >= count

        with self.changed:
            self.changed.wait_for(lambda: self.failure or are_enough(), LIMIT)
            self.raise_failure()
            assert are_enough(), f"{len(found)} of {count} {event_type} within {LIMIT:.0f} s"
        return found

    def quarantined(self, text: str) -> dict[str, Any]:
        """What `record.quarantined` says of the one record with this message id, or with this text in its body, once it is there."""

        def is_of_it(event: Event) -> bool:
            return text == event["data"]["messageId"] or text in event["data"]["body"]

        (event,) = self.wait("record.quarantined", is_of_it)
        data: dict[str, Any] = event["data"]
        return data

    def close(self) -> None:
        self.open = False
        self.reader.join(10)


class TopicListener(QueueReader):
    """A queue of its own, subscribed to the topic without a filter; gone when closed."""

    def __init__(self, sqs: Any, sns: Any, topic: str) -> None:
        self.sns = sns
        name, keep = f"matchflow-listener-{uuid.uuid4().hex[:8]}", {"MessageRetentionPeriod": "3600"}
        url = sqs.create_queue(QueueName=name, Attributes=keep)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(delivery_policy(topic, arn))})
        self.subscription = sns.subscribe(
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


def delivery_policy(topic: str, queue: str) -> dict[str, Any]:
    """The queue policy without which a topic delivers nothing."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
