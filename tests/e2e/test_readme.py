"""What the README shows is run as it stands there."""

import re
from pathlib import Path

from market import Market
from stack import Stack, until

README = Path(__file__).resolve().parents[2] / "README.md"


def test_its_producer_and_its_listener_meet(stack: Stack, market: Market) -> None:
    market.category = "cleaning"  # on a busy machine a second may not be enough for the program's own partner
    market.partner("p", points=1_000, regions=["KR-43"])
    market.marker()

    send, receive = (filled_in(stack, program) for program in programs())
    exec(receive, {})
    exec(send, {})
    message = until(lambda: first_on(stack, "my-queue"), "the match on the listener's queue")
    assert message["MessageAttributes"]["eventType"]["StringValue"] == "request.matched"
    assert "r-20260301-0001" in message["Body"]
    until(lambda: stack.texts("+821000990077"), "the customer's text")


def programs() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


def filled_in(stack: Stack, program: str) -> str:
    return re.sub("<([A-Za-z]+)>", lambda output: stack.outputs[output[1]], program)


def first_on(stack: Stack, queue: str) -> dict | None:
    url = stack.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    answer = stack.sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=1, VisibilityTimeout=0)
    messages = answer.get("Messages", [])
    return next((message for message in messages if "r-20260301-0001" in message["Body"]), None)
