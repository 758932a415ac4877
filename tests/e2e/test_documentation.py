"""The programs that the documentation shows are run as they stand there."""

import contextlib
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from devstack.clients.queues import QueueReader, delivery_policy
from devstack.clients.stack import Stack
from devstack.waiting import until
from documented import page
from operating import run
from sandbox import Sandbox

PROGRAMS = ("do/send.md", "learn/first-listener.md", "do/publish.md")
LEFT_OUT = {"request.deferred", "notification.sent", "notification.failed"}


@pytest.fixture
def programs(stack: Stack, sandbox: Sandbox) -> list[str]:
    """To send, to receive, to read and to publish, with a request of this test's own in the place of the documentation's."""
    return [program for name in PROGRAMS for program in programs_of(name, stack, sandbox)]


def programs_of(name: str, stack: Stack, sandbox: Sandbox) -> list[str]:
    filled = page(name, stack).replace("r-20260301", f"readme-{sandbox.tag}")
    return re.findall(r"```python\n(.*?)```", filled, re.DOTALL)


@pytest.fixture
def listener(stack: Stack, programs: list[str]) -> Iterator[QueueReader]:
    yield from listening(stack, programs[1])


@pytest.fixture
def wrapped(stack: Stack, programs: list[str]) -> Iterator[QueueReader]:
    """The same listener with the one setting changed that the page's text speaks of."""
    program = programs[1].replace('"RawMessageDelivery": "true"', '"RawMessageDelivery": "false"')
    yield from listening(stack, program.replace("my-queue", "my-wrapped-queue"))


def listening(stack: Stack, program: str) -> Iterator[QueueReader]:
    names: dict[str, Any] = {}
    exec(program, names)
    # The local engine delivers without it; AWS does not.
    held = stack.sqs.get_queue_attributes(QueueUrl=names["queue_url"], AttributeNames=["Policy"])["Attributes"]
    assert json.loads(held["Policy"]) == delivery_policy(names["topic"], names["queue_arn"])
    reader = QueueReader(stack.client("sqs"), names["queue_url"])
    yield reader
    reader.close()
    for made in names["sns"].list_subscriptions_by_topic(TopicArn=names["topic"])["Subscriptions"]:
        if made["Endpoint"] == names["queue_arn"]:
            names["sns"].unsubscribe(SubscriptionArn=made["SubscriptionArn"])
    stack.sqs.delete_queue(QueueUrl=reader.url)


def test_its_producer_and_its_listener_meet(stack: Stack, sandbox: Sandbox, programs: list[str], listener: QueueReader) -> None:
    sandbox.category = "cleaning"  # on a busy machine a second may not be enough for the program's own partner
    sandbox.partner("p", points=1_000, regions=["KR-43"])
    sandbox.marker()

    exec(programs[0], {})
    (message,) = until(lambda: about(listener, f"readme-{sandbox.tag}-0001/"), "the match on the listener's queue")
    assert attribute(message) == json.loads(message["Body"])["type"] == "request.matched"
    until(lambda: stack.texts_to("+821000990077"), "the customer's text")


def test_its_listener_gets_all_but_what_it_leaves_out(sandbox: Sandbox, listener: QueueReader) -> None:
    request = sandbox.request("unmatched")
    sandbox.one("notification.sent", requestId=request)
    marker = sandbox.request("marker")
    listener.wait("request.unmatched", lambda event: event["data"]["requestId"] == marker)
    assert [attribute(message) for message in about(listener, request)] == ["request.unmatched"]
    assert not {attribute(message) for message in listener.messages} & LEFT_OUT


def test_its_own_event_reaches_every_listener_and_troubles_no_function(
    stack: Stack, sandbox: Sandbox, programs: list[str], listener: QueueReader, wrapped: QueueReader
) -> None:
    exec(programs[3], {})
    (raw,) = until(lambda: about(listener, f"readme-{sandbox.tag}-0001"), "the event on the listener's queue")
    assert (attribute(raw), json.loads(raw["Body"])["data"]["stars"]) == ("review.given", 5)

    (message,) = until(lambda: about(wrapped, f"readme-{sandbox.tag}-0001"), "the event on the queue without raw delivery")
    notification = json.loads(message["Body"])
    assert (notification["Type"], notification["Subject"]) == ("Notification", "A review")
    assert notification["MessageAttributes"] == {"eventType": {"Type": "String", "Value": "review.given"}}
    assert notification["Message"] == raw["Body"]

    sandbox.marker()
    assert stack.quarantine.events(where=lambda event: f"readme-{sandbox.tag}" in event["data"]["body"]) == []


def test_the_counts_can_be_read_as_the_documentation_says(stack: Stack, sandbox: Sandbox) -> None:
    """That they are right is another test's; here, that this program finds them."""
    sandbox.one("request.unmatched", requestId=sandbox.request("counted"))
    (program,) = programs_of("do/read-statistics.md", stack, sandbox)

    def counted() -> bool:
        stack.fold()  # in place of waiting for the schedule
        names: dict[str, Any] = {}
        exec(program, names)
        rows = names["rows"]
        category = rows[f"category#{sandbox.category}"]
        return rows["total"]["unmatched"] > 0 and rows["events"]["request.unmatched"] > 0 and category["unmatched"] == 1

    until(counted, "this test's request among the counts")


def test_an_account_can_be_audited_as_the_documentation_says(stack: Stack, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", fee=300, points=1_000)
    sandbox.one("points.deducted", requestId=sandbox.request("r"))
    (program,) = programs_of("understand/ledger.md", stack, sandbox)
    audit = program.replace('"p-1"', repr(partner))
    assert printed(audit) == f"{partner} has 700 points after 2 decisions, which add up\n"

    account = {"pk": {"S": f"partner#{partner}"}, "sk": {"S": "account"}, "balance": {"N": "701"}, "sequence": {"N": "2"}}
    stack.dynamodb.put_item(TableName=stack.table("Ledger"), Item=account)
    with pytest.raises(SystemExit, match="the account says 701 at 2, its history 700 at 2"):
        printed(audit)
    stack.dynamodb.put_item(TableName=stack.table("Ledger"), Item=account | {"balance": {"N": "700"}})

    with pytest.raises(SystemExit, match=f"{partner}-unknown has no account"):
        printed(program.replace('"p-1"', repr(f"{partner}-unknown")))


def test_what_arrived_can_be_read_as_the_tutorial_says(stack: Stack, sandbox: Sandbox, programs: list[str]) -> None:
    subscribe, read, publish = (program.replace("my-queue", "my-tutorial-queue") for program in programs[1:4])
    names: dict[str, Any] = {}
    exec(subscribe, names)
    exec(publish, {})
    until(lambda: f"readme-{sandbox.tag}" in printed(read), "the event, printed")
    stack.sqs.delete_queue(QueueUrl=names["queue_url"])


def test_a_failure_can_be_found_and_fixed_as_the_tutorial_says(stack: Stack, sandbox: Sandbox) -> None:
    send, log, quarantine = programs_of("learn/find-and-fix-a-failure.md", stack, sandbox)
    request = f"readme-{sandbox.tag}-0002"
    exec(send, {})
    (record,) = stack.quarantine.wait("record.quarantined", lambda event: request in event["data"]["body"])
    assert record["data"]["detail"] in printed(log)

    # The tests' own reader empties the quarantine: the program reads a queue where the record lies once more.
    lying = stack.sqs.create_queue(QueueName=f"quarantine-{sandbox.tag}")["QueueUrl"]
    stack.sqs.send_message(QueueUrl=lying, MessageBody=json.dumps(record))
    shown = printed(quarantine.replace(stack.queue("Quarantine"), lying))
    assert record["data"]["detail"] in shown and request in shown
    stack.sqs.delete_queue(QueueUrl=lying)

    exec(send.replace("Cleaning", sandbox.category), {})
    sandbox.one("request.unmatched", requestId=request)
    until(lambda: stack.texts_to("+821000990078"), "the customer's text")
    shown = run("follow", request, expect=0).stdout
    assert "request.unmatched" in shown and "no_partner" in shown


def printed(program: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(program, {})
    return output.getvalue()


def about(reader: QueueReader, text: str) -> list[dict[str, Any]]:
    return [message for message in list(reader.messages) if text in message["Body"]]


def attribute(message: dict[str, Any]) -> str:
    return message["MessageAttributes"]["eventType"]["StringValue"]
