"""Tests both integrations (Django, Spring) against a local stack, then sends one request, and many unusual ones, through all three."""

import argparse
import shutil
import signal
import sys

from devstack.console import log
from devstack.integrations import applications, journey, unusual
from devstack.integrations.queue import own_queue
from devstack.local import engine
from devstack.local.deploy import deploy, deployed
from devstack.local.stack import LocalStack, clear_aws_environment, exit_on_sigterm, port
from devstack.local.temporary import reserved


def main() -> None:
    signal.signal(signal.SIGTERM, exit_on_sigterm)
    clear_aws_environment()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=port, required=True)
    chosen = parser.parse_args().port
    if engine.running(LocalStack(chosen)):
        examples(LocalStack(chosen))
    else:
        own = LocalStack(chosen, "examples-")
        with reserved(own) as template:
            deploy(own, engine.start(own), template)
            examples(own)


def examples(stack: LocalStack) -> None:
    folder = stack.folder / "examples"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    testbed = applications.Testbed(stack, deployed(stack), folder)
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
