"""Following the stack as any other team would: with a queue of its own on the topic, gone when the run is."""

import json
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from devstack.demo.deployed import Stack

# The answer to one poll takes this long where nothing happens.
POLL_SECONDS = 2


class Watch:
    """Hands every event of the topic to `see`, with the time it came in; a context manager."""

    def __init__(self, stack: Stack, run: str, see: Callable[[str, float], None]) -> None:
        self._stack = stack
        self._name = f"matchflow-burst-{run}"
        self._see = see
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self.failure: Exception | None = None

    def __enter__(self) -> "Watch":
        sqs = self._stack.sqs
        self._url = sqs.create_queue(QueueName=self._name, Attributes={"MessageRetentionPeriod": "3600"})["QueueUrl"]
        answer = sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        arn = answer["Attributes"]["QueueArn"]
        sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": json.dumps(self._policy(arn))})
        self._subscription = self._stack.sns.subscribe(
            TopicArn=self._stack.topic,
            Protocol="sqs",
            Endpoint=arn,
            Attributes={"RawMessageDelivery": "true"},
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end.set()
        self._thread.join(POLL_SECONDS * 3)
        self._stack.sns.unsubscribe(SubscriptionArn=self._subscription)
        self._stack.sqs.delete_queue(QueueUrl=self._url)

    def _policy(self, queue_arn: str) -> dict[str, Any]:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": self._stack.topic}},
        }
        return {"Version": "2012-10-17", "Statement": [statement]}

    def _follow(self) -> None:
        try:
            while not self._end.is_set():
                self._poll()
        except Exception as error:  # to the main thread, which asks for it
            self.failure = error

    def _poll(self) -> None:
        sqs = self._stack.sqs
        answer = sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=POLL_SECONDS)
        messages = answer.get("Messages", [])
        for message in messages:
            self._see(message["Body"], time.time())
        if messages:
            handles = [{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(messages)]
            sqs.delete_message_batch(QueueUrl=self._url, Entries=handles)
