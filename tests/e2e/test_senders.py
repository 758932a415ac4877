"""Who may send to the queues that only the topic sends to, to points and to the dead-letter queues."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from devstack.clients.stack import Stack
from devstack.template import consumers
from rights import is_refused, may_send, queue_policy, skip_if_unchecked, user

BODY = "not JSON"
TOPICS_OWN = ("Outcomes", "Deferred", "Notification", "Statistics")
# Whose dead-letter queues they are.
DEAD_LETTERS = {
    dead_letters.removesuffix("Queue"): consumer for consumer in consumers() for dead_letters in consumer.dead_letter_queues.values()
}


@pytest.mark.parametrize("queue", [*TOPICS_OWN, "Undelivered", *DEAD_LETTERS])
def test_nobody_sends_what_only_the_topic_or_a_function_sends_whatever_iam_allows(stack: Stack, queue: str) -> None:
    skip_if_unchecked(stack)
    name = f"anywhere-{uuid.uuid4().hex}"
    anywhere = user(stack, name, may_send("*"))("sqs")
    assert is_refused(lambda: send(anywhere, stack, queue))


@pytest.mark.parametrize("queue", [*TOPICS_OWN, "Points"])
def test_operators_and_on_points_the_payment_system_send_there_too(stack: Stack, queue: str) -> None:
    skip_if_unchecked(stack)
    (operator, payment, anywhere), arns = senders(stack, "operator", "payment", "anywhere")
    with queue_policy(stack, queue, OperatorPrincipals=arns[:1], PaymentPrincipals=arns[1:2]):
        assert not is_refused(lambda: send(operator, stack, queue))
        assert is_refused(lambda: send(payment, stack, queue)) is (queue != "Points")
        assert is_refused(lambda: send(anywhere, stack, queue))


@pytest.mark.parametrize("queue", DEAD_LETTERS)
def test_the_function_and_who_puts_dead_letters_back_send_them_and_nobody_else(stack: Stack, queue: str) -> None:
    skip_if_unchecked(stack)
    (function, operator, admin, anywhere), arns = senders(stack, "function", "operator", "admin", "anywhere")
    role = ".".join(DEAD_LETTERS[queue].properties["Role"]["Fn::GetAtt"])
    named = {role: arns[0], "OperatorPrincipals": arns[1:2], "PartnerAdminPrincipals": arns[2:3]}
    with cleared(stack, queue), queue_policy(stack, queue, **named):
        assert not is_refused(lambda: send(function, stack, queue))
        assert is_refused(lambda: send(operator, stack, queue)) is (queue == "PartnersDeadLetter")
        assert is_refused(lambda: send(admin, stack, queue)) is (queue != "PartnersDeadLetter")
        assert is_refused(lambda: send(anywhere, stack, queue))


def senders(stack: Stack, *names: str) -> tuple[list[Any], list[str]]:
    """Users who may send to every queue, as far as IAM is asked: their clients and their ARNs."""
    own = [f"{name}-{uuid.uuid4().hex}" for name in names]
    return [user(stack, name, may_send("*"))("sqs") for name in own], [f"arn:aws:iam::000000000000:user/{name}" for name in own]


def send(sqs: Any, stack: Stack, queue: str) -> None:
    url = stack.queue(queue)
    fifo = {"MessageGroupId": "g", "MessageDeduplicationId": uuid.uuid4().hex} if url.endswith(".fifo") else {}
    sqs.send_message(QueueUrl=url, MessageBody=BODY, **fifo)


@contextmanager
def cleared(stack: Stack, queue: str) -> Iterator[None]:
    """Takes away what a test sends to a dead-letter queue, which no function reads."""
    yield
    received = stack.sqs.receive_message(QueueUrl=stack.queue(queue), MaxNumberOfMessages=10, VisibilityTimeout=1)
    for message in received["Messages"]:
        if message["Body"] == BODY:
            stack.sqs.delete_message(QueueUrl=stack.queue(queue), ReceiptHandle=message["ReceiptHandle"])
