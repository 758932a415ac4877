"""Both integrations (Django, Spring) beside a local stack: tests them against it, then sends one request through all three. The Makefile calls
it with .venv-sam's Python."""

import argparse
import shutil
import signal

from devstack.integrations import applications, journey
from devstack.integrations.queue import own_queue
from devstack.local import engine, functions
from devstack.local.deploy import deploy, outputs
from devstack.local.stack import LocalStack, alone, clear_aws_environment, interrupted, log


def main() -> None:
    signal.signal(signal.SIGTERM, interrupted)
    clear_aws_environment()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    if engine.running(LocalStack(port)):
        examples(LocalStack(port))
    else:
        beside_a_stack_of_their_own(LocalStack(port, "examples-"))


def beside_a_stack_of_their_own(stack: LocalStack) -> None:
    _lock = alone(stack)
    engine.stop(stack)  # what an earlier run left
    engine.refuse_if_taken(stack)
    try:
        template = functions.build(stack)
        deploy(stack, engine.start(stack), template)
        examples(stack)
    finally:
        engine.stop(stack)


def examples(stack: LocalStack) -> None:
    folder = stack.folder / "examples"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    setting = applications.Setting(stack, outputs(stack), folder)
    topic = setting.outputs["EventsTopicArn"]
    with (
        own_queue(stack, "django", topic, applications.left_out(applications.DJANGO)) as django_queue,
        own_queue(stack, "spring", topic, applications.left_out(applications.SPRING)) as spring_queue,
    ):
        applications.test_spring(setting)
        applications.test_django(setting, django_queue)
        log("both start, and one request goes its way")
        with applications.spring(setting, spring_queue) as spring, applications.django(setting, django_queue) as django:
            journey.follow(setting, django, spring)


if __name__ == "__main__":
    main()
