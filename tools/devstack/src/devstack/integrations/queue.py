"""A queue of an integration's own on the topic, in a stack of its own: examples/listener-queue, as docs/do/receive.md has it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from devstack.console import log
from devstack.local.deploy import sam
from devstack.local.stack import REGION, LocalStack
from devstack.project import ROOT

TEMPLATE = ROOT / "examples/listener-queue/template.yaml"


class OwnQueue(NamedTuple):
    """The URLs of an integration's queue and of its dead-letter queue."""

    url: str
    dead_letters: str


@contextmanager
def own_queue(stack: LocalStack, application: str, topic: str, left_out: list[str]) -> Iterator[OwnQueue]:
    """The queue; it and its stack are gone afterwards. Their name is this run's: the user may have a stack, too."""
    name = f"examples-{application}-{uuid.uuid4().hex[:6]}"
    log(f"{application}: sam deploy of a queue on the topic, without {', '.join(left_out)}")
    settings = [f"EventsTopicArn={topic}", f"QueueName={name}", f"LeftOut={','.join(left_out)}"]
    chosen = ["--stack-name", name, "--region", REGION]
    unasked = ["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"]
    try:
        sam(stack, "deploy", "--template-file", TEMPLATE, *chosen, *unasked, "--parameter-overrides", *settings)
        outputs = stack.outputs_of(name)
        yield OwnQueue(outputs["QueueUrl"], outputs["DeadLetterQueueUrl"])
    finally:
        sam(stack, "delete", *chosen, "--no-prompts")
