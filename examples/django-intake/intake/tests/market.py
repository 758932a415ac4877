"""Matchflow around the neighbour: a partner that no other test meets, and a queue that sees what is published."""

import json
import os
import uuid
from typing import Any
from unittest import TestCase

import boto3
from django.utils import timezone

from .neighbour import wait_for


class Market:
    def __init__(self, test: TestCase) -> None:
        """All that it makes is gone after this test."""
        assert os.environ.get("AWS_ENDPOINT_URL"), "AWS_ENDPOINT_URL is not set: no test runs in an AWS account"
        self.clean_up = test.addCleanup
        self.sqs, self.sns = boto3.client("sqs"), boto3.client("sns")
        self.tag = uuid.uuid4().hex[:8]
        self.events: list[dict[str, Any]] = []
        self.watched = self.queue("watch")
        self.subscribe(self.watched)

    def queue(self, name: str, **attributes: str) -> str:
        name = f"intake-{self.tag}-{name}"
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.clean_up(self.sqs.delete_queue, QueueUrl=url)
        return url

    def arn(self, url: str) -> str:
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        return attributes["QueueArn"]

    def subscribe(self, url: str) -> None:
        topic = os.environ["EVENTS_TOPIC_ARN"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self.arn(url),
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        raw = {"RawMessageDelivery": "true"}
        subscription = self.sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=self.arn(url), Attributes=raw, ReturnSubscriptionArn=True
        )
        self.clean_up(self.sns.unsubscribe, SubscriptionArn=subscription["SubscriptionArn"])

    def submission(self, customer: str = "cus") -> dict[str, Any]:
        person = {"id": f"{customer}-{self.tag}", "phone": f"+8210009{int(self.tag, 16) % 10**5:05}"}
        return {"customer": person, "category": f"cleaning-{self.tag}", "region": "KR-11"}

    def open_partner(self) -> None:
        """A partner with room and points for this market's requests, once it is known."""
        partner = f"p-{self.tag}"
        facts = {"partnerId": partner, "version": 1, "name": "Clean & Co", "regions": ["KR-11"], "capacity": 100}
        facts |= {"categories": [self.submission()["category"]], "fee": {"points": 100}}
        self.emit("INTAKE_QUEUE_URL", "partner.registered", self.submission()["customer"]["id"], facts)
        purchase = {"purchaseId": f"buy-{self.tag}", "partnerId": partner, "points": 10_000}
        self.emit("POINTS_QUEUE_URL", "points.purchased", partner, purchase)
        self.wait("points.credited", partnerId=partner)
        self.pass_by()

    def pass_by(self) -> None:
        """A request past the neighbour is matched: all that came before it in its customer's group is done."""
        request = self.submission() | {"requestId": f"marker-{uuid.uuid4()}"}
        self.emit("INTAKE_QUEUE_URL", "request.submitted", request["customer"]["id"], request)
        self.wait("request.matched", requestId=request["requestId"])

    def emit(self, queue: str, kind: str, group: str, data: dict[str, Any]) -> None:
        event = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": "/tests", "type": kind, "data": data}
        body = json.dumps(event | {"time": timezone.now().isoformat()})
        self.sqs.send_message(QueueUrl=os.environ[queue], MessageBody=body, MessageGroupId=group)

    def seen(self, kind: str, **data: Any) -> list[dict[str, Any]]:
        """The published events with these members, so far."""
        answer = self.sqs.receive_message(QueueUrl=self.watched, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            self.events.append(json.loads(message["Body"]))
            self.sqs.delete_message(QueueUrl=self.watched, ReceiptHandle=message["ReceiptHandle"])
        return [e for e in self.events if e["type"] == kind and data.items() <= e["data"].items()]

    def wait(self, kind: str, **data: Any) -> list[dict[str, Any]]:
        return wait_for(lambda: self.seen(kind, **data), kind)

    def left(self, url: str) -> int:
        """Messages in this queue, those in somebody's hands included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(attributes[name]) for name in names)
