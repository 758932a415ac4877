"""Tests both integrations (Django, Spring) against a local stack, then sends one request, and many unusual ones, through all three."""

import shutil
import sys

from devstack.clients.stack import Stack
from devstack.console import log
from devstack.integrations import applications, journey, unusual
from devstack.integrations.queue import own_queue
from devstack.local import engine
from devstack.local.deploy import deployed
from devstack.local.stack import LocalStack
from devstack.local.temporary import begin, standing


def main() -> None:
    chosen = begin(__doc__).parse_args().port
    if engine.running(LocalStack(chosen)):
        examples(LocalStack(chosen), deployed(LocalStack(chosen)))
    else:
        own = LocalStack(chosen, "examples-")
        with standing(own) as stack:
            examples(own, stack)


def examples(stack: LocalStack, seen: Stack) -> None:
    folder = stack.folder / "examples"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    testbed = applications.Testbed(stack, seen, folder)
    topic = testbed.deployed.topic
    with (
        own_queue(stack, "django", topic, applications.left_out(applications.DJANGO)) as django_queue,
        own_queue(stack, "spring", topic, applications.left_out(applications.SPRING)) as spring_queue,
    ):
        applications.test_spring(testbed)
        applications.test_django(testbed, django_queue.url)
        log("both start, and one request goes through all three")
        with applications.spring(testbed, spring_queue.url) as spring, applications.django(testbed, django_queue.url) as django:
            journey.follow(testbed.deployed, django, spring)
            unusual.accept_all(testbed, django, spring, (django_queue, spring_queue))


if __name__ == "__main__":
    try:
        main()
    except TimeoutError as late:
        sys.exit(str(late))
