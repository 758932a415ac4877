"""Both neighbours beside a local stack: tests them against it, then sends one request through all three. The Makefile calls
it with .venv-sam's Python."""

import argparse
import shutil
import signal

from neighbours import journey, neighbour
from neighbours.queue import own_queue
from stack import engine, functions
from stack.deploy import deploy, outputs
from stack.place import Place, alone, forget_own_aws, interrupted, say


def main() -> None:
    signal.signal(signal.SIGTERM, interrupted)
    forget_own_aws()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    if engine.running(Place(port)):
        examples(Place(port))
    else:
        beside_a_stack_of_their_own(Place(port, "examples-"))


def beside_a_stack_of_their_own(place: Place) -> None:
    _lock = alone(place)
    engine.stop(place)  # what an earlier run left
    engine.refuse_if_taken(place)
    try:
        template = functions.build(place)
        deploy(place, engine.start(place), template)
        examples(place)
    finally:
        engine.stop(place)


def examples(place: Place) -> None:
    folder = place.folder / "examples"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    setting = neighbour.Setting(place, outputs(place), folder)
    topic = setting.outputs["EventsTopicArn"]
    with (
        own_queue(place, "django", topic, neighbour.left_out(neighbour.DJANGO)) as django_queue,
        own_queue(place, "spring", topic, neighbour.left_out(neighbour.SPRING)) as spring_queue,
    ):
        neighbour.test_spring(setting)
        neighbour.test_django(setting, django_queue)
        say("both start, and one request goes its way")
        with neighbour.spring(setting, spring_queue) as spring, neighbour.django(setting, django_queue) as django:
            journey.follow(setting, django, spring)


if __name__ == "__main__":
    main()
