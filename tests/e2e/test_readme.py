"""What the README shows is run as it stands there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from inbox import Inbox, delivery
from market import Market
from patience import until
from stack import Stack

README = Path(__file__).resolve().parents[2] / "README.md"
LEFT_OUT = {"request.deferred", "notification.sent", "notification.failed"}


@pytest.fixture
def programs(stack: Stack, market: Market) -> list[str]:
    """To send, to receive and to publish, with a request of this test's own in the place of the README's."""
    filled = README.read_text().replace("r-20260301-0001", f"readme-{market.tag}")
    filled = re.sub("<([A-Za-z]+)>", lambda name: stack.outputs.get(name[1], name[0]), filled)
    return re.findall(r"```python\n(.*?)```", filled, re.DOTALL)


@pytest.fixture
def listener(stack: Stack, programs: list[str]) -> Iterator[Inbox]:
    yield from listening(stack, programs[1])


@pytest.fixture
def wrapped(stack: Stack, programs: list[str]) -> Iterator[Inbox]:
    """The same listener with the one setting changed that the README's text speaks of."""
    program = programs[1].replace('"RawMessageDelivery": "true"', '"RawMessageDelivery": "false"')
    yield from listening(stack, program.replace("my-queue", "my-wrapped-queue"))


def listening(stack: Stack, program: str) -> Iterator[Inbox]:
    names: dict[str, Any] = {}
    exec(program, names)
    # The local engine delivers without it; AWS does not.
    held = stack.sqs.get_queue_attributes(QueueUrl=names["queue_url"], AttributeNames=["Policy"])["Attributes"]
    assert json.loads(held["Policy"]) == delivery(names["topic"], names["queue_arn"])
    inbox = Inbox(stack.client("sqs"), names["queue_url"])
    yield inbox
    inbox.close()
    for made in names["sns"].list_subscriptions_by_topic(TopicArn=names["topic"])["Subscriptions"]:
        if made["Endpoint"] == names["queue_arn"]:
            names["sns"].unsubscribe(SubscriptionArn=made["SubscriptionArn"])
    stack.sqs.delete_queue(QueueUrl=inbox.url)


def test_its_producer_and_its_listener_meet(stack: Stack, market: Market, programs: list[str], listener: Inbox) -> None:
    market.category = "cleaning"  # on a busy machine a second may not be enough for the program's own partner
    market.partner("p", points=1_000, regions=["KR-43"])
    market.marker()

    exec(programs[0], {})
    (message,) = until(lambda: about(listener, f"readme-{market.tag}/"), "the match on the listener's queue")
    assert attribute(message) == json.loads(message["Body"])["type"] == "request.matched"
    until(lambda: stack.texts("+821000990077"), "the customer's text")


def test_its_listener_gets_all_but_what_it_leaves_out(market: Market, listener: Inbox) -> None:
    request = market.request("news")
    market.one("notification.sent", requestId=request)
    marker = market.request("marker")
    listener.wait("request.unmatched", lambda event: event["data"]["requestId"] == marker)
    assert [attribute(message) for message in about(listener, request)] == ["request.unmatched"]
    assert not {attribute(message) for message in listener.seen} & LEFT_OUT


def test_its_own_event_reaches_every_listener_and_troubles_no_function(
    stack: Stack, market: Market, programs: list[str], listener: Inbox, wrapped: Inbox
) -> None:
    exec(programs[2], {})
    (raw,) = until(lambda: about(listener, f"readme-{market.tag}"), "the event on the listener's queue")
    assert (attribute(raw), json.loads(raw["Body"])["data"]["stars"]) == ("review.given", 5)

    (message,) = until(lambda: about(wrapped, f"readme-{market.tag}"), "the event on the queue without raw delivery")
    notification = json.loads(message["Body"])
    assert (notification["Type"], notification["Subject"]) == ("Notification", "A review")
    assert notification["MessageAttributes"] == {"eventType": {"Type": "String", "Value": "review.given"}}
    assert notification["Message"] == raw["Body"]

    market.marker()
    assert stack.quarantine.events(where=lambda event: f"readme-{market.tag}" in event["data"]["body"]) == []


def test_the_counts_can_be_read_as_the_documentation_says(stack: Stack, market: Market) -> None:
    """That they are right is another test's; here, that this program finds them."""
    market.one("request.unmatched", requestId=market.request("counted"))
    text = (README.parent / "docs/statistics.md").read_text().replace("<StatisticsTableName>", stack.outputs["StatisticsTableName"])
    (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)

    def counted() -> bool:
        names: dict[str, Any] = {}
        exec(program, names)
        rows = names["rows"]
        return rows["total"]["unmatched"] > 0 and rows["events"]["request.unmatched"] > 0 and rows[f"category#{market.category}"]["unmatched"] == 1

    until(counted, "this test's request among the counts")


def about(inbox: Inbox, text: str) -> list[dict[str, Any]]:
    return [message for message in list(inbox.seen) if text in message["Body"]]


def attribute(message: dict[str, Any]) -> str:
    return message["MessageAttributes"]["eventType"]["StringValue"]
