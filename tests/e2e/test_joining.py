"""Another team's queue, as examples/listener-queue adds it to the topic."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from devstack.clients.queues import QueueReader
from devstack.clients.stack import Stack
from devstack.events import Event
from devstack.project import ROOT
from devstack.waiting import until
from sandbox import Sandbox

TEMPLATE = ROOT / "examples/listener-queue/template.yaml"
LEFT_OUT = "request.matched, notification.sent"
Outputs = dict[str, str]


@pytest.fixture(params=["false", "true"], ids=["standard", "fifo"])
def joined(stack: Stack, request: pytest.FixtureRequest) -> Iterator[Outputs]:
    with deployed(stack, Fifo=request.param, LeftOut=LEFT_OUT) as outputs:
        assert outputs["QueueUrl"].endswith(".fifo") is (request.param == "true")
        yield outputs


@contextmanager
def deployed(stack: Stack, **parameters: str) -> Iterator[Outputs]:
    """The fragment's outputs, in a stack of its own that is gone afterwards."""
    cloudformation, name = stack.client("cloudformation"), f"joining-{uuid.uuid4().hex[:8]}"
    parameters |= {"EventsTopicArn": stack.topic, "QueueName": name}
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=TEMPLATE.read_text(),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    try:
        finished(cloudformation, "stack_create_complete", name)
        made = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
        yield {output["OutputKey"]: output["OutputValue"] for output in made}
    finally:
        cloudformation.delete_stack(StackName=name)
        finished(cloudformation, "stack_delete_complete", name)


def finished(cloudformation: Any, what: str, name: str) -> None:
    cloudformation.get_waiter(what).wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


@contextmanager
def reading(stack: Stack, queue: str) -> Iterator[QueueReader]:
    reader = QueueReader(stack.client("sqs"), queue)
    try:
        yield reader
    finally:
        reader.close()


def of(request: str) -> Any:
    return lambda event: event["data"].get("requestId") == request


def types(reader: QueueReader, request: str) -> set[str]:
    return {event["type"] for event in reader.events(where=of(request))}


def test_events_arrive_raw_and_those_left_out_do_not(stack: Stack, sandbox: Sandbox, joined: Outputs) -> None:
    sandbox.partner("p", points=1_000)
    request = sandbox.request("r")
    sandbox.one("request.matched", requestId=request)
    sandbox.one("notification.sent", requestId=request)
    deducted = sandbox.one("points.deducted", requestId=request)
    marker = sandbox.request("marker")  # gives what was left out of the first request the time to arrive by mistake

    with reading(stack, joined["QueueUrl"]) as reader:
        for each in (request, marker):  # a standard queue has no order
            reader.wait("points.deducted", of(each))
        assert reader.events(where=of(request)) == [deducted]
        assert "request.matched" not in types(reader, marker)
        message = next(message for message in reader.messages if deducted["id"] in message["Body"])
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert attributes == {"eventType": "points.deducted", "correlationId": request}


def test_with_nothing_left_out_every_event_arrives(stack: Stack, sandbox: Sandbox) -> None:
    sandbox.partner("p", points=1_000)
    with deployed(stack) as outputs, reading(stack, outputs["QueueUrl"]) as reader:
        assert not subscription(stack, outputs).get("FilterPolicy")
        request = sandbox.request("r")
        reader.wait("notification.sent", of(request))
        reader.wait("points.deducted", of(request))
        assert types(reader, request) == {"request.matched", "points.deducted", "notification.sent"}


def test_what_is_never_handled_becomes_a_dead_letter(stack: Stack, sandbox: Sandbox, joined: Outputs) -> None:
    unmatched = sandbox.one("request.unmatched", requestId=sandbox.request("r"))
    receives: list[int] = []

    def dead_letters() -> list[Event]:
        receives.extend(fail(stack, joined["QueueUrl"], unmatched["id"]))
        return [event for _, event in receive(stack, joined["DeadLetterQueueUrl"]) if event["id"] == unmatched["id"]]

    assert until(dead_letters, "a dead letter") == [unmatched]
    assert receives == list(range(1, 21))


def fail(stack: Stack, queue: str, event_id: str) -> list[int]:
    """Receives, gives the message with this event back at once and deletes the others: how often it was received."""
    counts = []
    for message, event in receive(stack, queue):
        handle = {"QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"]}
        if event["id"] == event_id:
            counts.append(int(message["Attributes"]["ApproximateReceiveCount"]))
            stack.sqs.change_message_visibility(**handle, VisibilityTimeout=0)
        else:
            stack.sqs.delete_message(**handle)
    return counts


def receive(stack: Stack, queue: str) -> list[tuple[dict[str, Any], Event]]:
    answer = stack.sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=0, MessageSystemAttributeNames=["ApproximateReceiveCount"]
    )
    return [(message, json.loads(message["Body"])) for message in answer.get("Messages", [])]


def test_a_deleted_stack_leaves_nothing_on_the_topic(stack: Stack) -> None:
    with deployed(stack) as outputs:
        assert subscription(stack, outputs)
    assert not subscription(stack, outputs)
    with pytest.raises(stack.sqs.exceptions.QueueDoesNotExist):
        stack.sqs.get_queue_attributes(QueueUrl=outputs["QueueUrl"])


def subscription(stack: Stack, outputs: Outputs) -> dict[str, str]:
    """The attributes of the queue's subscription, none if it has none."""
    pages = stack.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=stack.topic)
    for made in (made for page in pages for made in page["Subscriptions"]):
        if made["Endpoint"] == outputs["QueueArn"]:
            return stack.sns.get_subscription_attributes(SubscriptionArn=made["SubscriptionArn"])["Attributes"]
    return {}
