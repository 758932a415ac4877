"""A test's access to Matchflow: a partner for this test alone, and a queue that receives every published event."""

import json
import os
import uuid
from typing import Any
from unittest import TestCase

import boto3
from django.utils import timezone

from .service import wait_for


class MatchflowClient:
    def __init__(self, test: TestCase) -> None:
        """Everything it makes in AWS is deleted after this test."""
        assert os.environ.get("AWS_ENDPOINT_URL"), "AWS_ENDPOINT_URL is not set: no test runs in an AWS account"
        self.add_cleanup = test.addCleanup
        self.sqs, self.sns = boto3.client("sqs"), boto3.client("sns")
        self.tag = uuid.uuid4().hex[:8]
        self.events: list[dict[str, Any]] = []
        self.events_queue = self.create_queue("watch")
        self.subscribe(self.events_queue)

    def create_queue(self, name: str, **attributes: str) -> str:
        queue = self.sqs.create_queue(QueueName=f"intake-{self.tag}-{name}", Attributes=attributes)
        self.add_cleanup(self.sqs.delete_queue, QueueUrl=queue["QueueUrl"])
        return queue["QueueUrl"]

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
        self.add_cleanup(self.sns.unsubscribe, SubscriptionArn=subscription["SubscriptionArn"])

    def submission(self, customer: str = "cus") -> dict[str, Any]:
        """A request that only this test's partner can take."""
        contact = {"id": f"{customer}-{self.tag}", "phone": f"+8210009{int(self.tag, 16) % 10**5:05}"}
        return {"customer": contact, "category": f"cleaning-{self.tag}", "region": "KR-11"}

    def register_partner(self) -> None:
        """Registers a partner with capacity and points for this test's requests; returns once it can be matched."""
        partner = f"p-{self.tag}"
        registration = {"partnerId": partner, "version": 1, "name": "Clean & Co", "regions": ["KR-11"], "capacity": 100}
        registration |= {"categories": [self.submission()["category"]], "fee": {"points": 100}}
        self.send("PARTNERS_QUEUE_URL", "partner.registered", partner, registration)
        purchase = {"purchaseId": f"buy-{self.tag}", "partnerId": partner, "points": 10_000}
        self.send("POINTS_QUEUE_URL", "points.purchased", partner, purchase)
        self.wait_for_event("points.credited", partnerId=partner)
        wait_for(lambda: self.message_count(os.environ["PARTNERS_QUEUE_URL"]) == 0, "handled registration")

    def wait_for_earlier_requests(self) -> None:
        """Sends one more request and waits for its match: all earlier messages of its group are processed then."""
        request = self.submission() | {"requestId": f"marker-{uuid.uuid4()}"}
        self.send("INTAKE_QUEUE_URL", "request.submitted", request["customer"]["id"], request)
        self.wait_for_event("request.matched", requestId=request["requestId"])

    def send(self, queue: str, kind: str, group: str, data: dict[str, Any]) -> None:
        event = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": "/tests", "type": kind, "data": data}
        body = json.dumps(event | {"time": timezone.now().isoformat()})
        self.sqs.send_message(QueueUrl=os.environ[queue], MessageBody=body, MessageGroupId=group)

    def published(self, kind: str, **data: Any) -> list[dict[str, Any]]:
        """The events of this type that were published so far with these members."""
        answer = self.sqs.receive_message(QueueUrl=self.events_queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            self.events.append(json.loads(message["Body"]))
            self.sqs.delete_message(QueueUrl=self.events_queue, ReceiptHandle=message["ReceiptHandle"])
        return [e for e in self.events if e["type"] == kind and data.items() <= e["data"].items()]

    def wait_for_event(self, kind: str, **data: Any) -> list[dict[str, Any]]:
        return wait_for(lambda: self.published(kind, **data), kind)

    def message_count(self, url: str) -> int:
        """The number of messages in this queue, received and not yet deleted ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(attributes[name]) for name in names)
