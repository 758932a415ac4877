"""Who may send to the queues that only the topic sends to, and to points."""

import uuid
from typing import Any

import pytest
from devstack.clients.stack import Stack
from rights import is_refused, may_send, queue_policy, skip_if_unchecked, user

TOPICS_OWN = ("Outcomes", "Deferred", "Notification", "Statistics")


@pytest.mark.parametrize("queue", [*TOPICS_OWN, "Undelivered"])
def test_nobody_sends_what_only_the_topic_sends_whatever_iam_allows(stack: Stack, queue: str) -> None:
    skip_if_unchecked(stack)
    name = f"anywhere-{uuid.uuid4().hex}"
    anywhere = user(stack, name, may_send("*"))("sqs")
    assert is_refused(lambda: send(anywhere, stack, queue))


@pytest.mark.parametrize("queue", [*TOPICS_OWN, "Points"])
def test_operators_and_on_points_the_payment_system_send_there_too(stack: Stack, queue: str) -> None:
    skip_if_unchecked(stack)
    names = [f"{who}-{uuid.uuid4().hex}" for who in ("operator", "payment", "anywhere")]
    operator, payment, anywhere = (user(stack, name, may_send("*"))("sqs") for name in names)
    arns = [f"arn:aws:iam::000000000000:user/{name}" for name in names]
    with queue_policy(stack, queue, OperatorPrincipals=arns[:1], PaymentPrincipals=arns[1:2]):
        assert not is_refused(lambda: send(operator, stack, queue))
        assert is_refused(lambda: send(payment, stack, queue)) is (queue != "Points")
        assert is_refused(lambda: send(anywhere, stack, queue))


def send(sqs: Any, stack: Stack, queue: str) -> None:
    url = stack.queue(queue)
    fifo = {"MessageGroupId": "g", "MessageDeduplicationId": uuid.uuid4().hex} if url.endswith(".fifo") else {}
    sqs.send_message(QueueUrl=url, MessageBody="not JSON", **fifo)
