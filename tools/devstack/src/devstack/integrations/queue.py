"""A queue of an integration's own on the topic, in a stack of its own: examples/listener-queue, as docs/do/receive.md has it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from devstack.console import log
from devstack.local.deploy import sam
from devstack.local.stack import REGION, LocalStack
from devstack.project import ROOT

TEMPLATE = ROOT / "examples/listener-queue/template.yaml"


@contextmanager
def own_queue(stack: LocalStack, application: str, topic: str, left_out: list[str]) -> Iterator[str]:
    """The queue's URL; stack and queue are gone afterwards. Their name is this run's: the user may have a stack, too."""
    name = f"examples-{application}-{uuid.uuid4().hex[:6]}"
    log(f"{application}: sam deploy of a queue on the topic, without {', '.join(left_out)}")
    settings = [f"EventsTopicArn={topic}", f"QueueName={name}", f"LeftOut={','.join(left_out)}"]
    chosen = ["--stack-name", name, "--region", REGION]
    unasked = ["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"]
    try:
        sam(stack, "deploy", "--template-file", TEMPLATE, *chosen, *unasked, "--parameter-overrides", *settings)
        yield stack.outputs_of(name)["QueueUrl"]
    finally:
        sam(stack, "delete", *chosen, "--no-prompts")
