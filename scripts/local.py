"""The local stack's command line. The Makefile calls it with .venv-sam's Python."""

import argparse
import json
import os
import signal
import subprocess
import sys

from stack import engine, functions
from stack.deploy import deploy, outputs
from stack.invoke import invoke
from stack.place import FUNCTIONS, ROOT, Place, alone, forget_own_aws, interrupted, say

# What the fakes of tables, queues and topic promise in the tests, asked of the stack's own.
PACKAGES = [f"--package={name}" for name in ("scenarios", *FUNCTIONS)]
PROMISES = ["cargo", "test", "--locked", "--quiet", *PACKAGES, "--test=conformance", "--test=store", "--", "--ignored"]


def up(place: Place) -> None:
    """Engine, functions and stack, as far as they do not stand already."""
    template = functions.build(place)
    deploy(place, engine.start(place), template)
    say(f"stack: stands on {place.endpoint}; its queues, topic and tables: make outputs{suffix(place)}")


def run(place: Place, program: list[str]) -> None:
    """Runs a program against the stack, with no AWS settings but the stack's."""
    outputs(place)  # nothing can be run before the stack stands
    environment = dict(os.environ) | place.aws() | {"MATCHFLOW_OUTPUTS": str(place.outputs_file)}
    ended = subprocess.run(program, cwd=ROOT, env=environment, check=False)
    if ended.returncode != 0:
        sys.exit(ended.returncode)


def e2e(place: Place) -> None:
    """The end-to-end tests twice, on a new engine each: as it is, and enforcing the functions' roles."""
    _lock = alone(place)
    engine.stop(place)  # what an earlier run of these tests left
    engine.refuse_if_taken(place)
    template = functions.build(place)
    try:
        for auth in (False, True):
            engine.stop(place)
            deploy(place, engine.start(place, auth), template)
            run(place, PROMISES)
            run(place, [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "tests/e2e"])
    except SystemExit:
        say(f"what the engine and the functions said: {place.engine_log}")
        raise
    finally:
        engine.stop(place)


def ending(chosen: argparse.Namespace, place: Place) -> str:
    """For whoever interrupts it: a day that is cut short leaves matches open, which hold partners' capacity."""
    remedy = f": make local-stop{suffix(place)} clears the stack"
    return "interrupted" + (remedy if chosen.command in ("up", "run") else "")


def suffix(place: Place) -> str:
    return "" if place.port == 4566 else f" PORT={place.port}"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=4566)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="build, start and deploy what does not stand already")
    commands.add_parser("down", help="stop the engine of this port")
    commands.add_parser("outputs", help="print the stack's outputs as JSON")
    commands.add_parser("e2e", help="run the end-to-end tests on an engine of their own")
    single = commands.add_parser("invoke", help="hand a sample event to a function")
    single.add_argument("function")
    single.add_argument("event")
    program = commands.add_parser("run", help="run a program against the stack")
    program.add_argument("program", nargs=argparse.REMAINDER)
    return parser.parse_args()


def main() -> None:
    signal.signal(signal.SIGTERM, interrupted)
    forget_own_aws()
    chosen = arguments()
    place = Place(chosen.port, "e2e-" if chosen.command == "e2e" else "")
    try:
        act(chosen, place)
    except KeyboardInterrupt:
        sys.exit(ending(chosen, place))


def act(chosen: argparse.Namespace, place: Place) -> None:
    match chosen.command:
        case "up":
            up(place)
        case "down":
            engine.stop(place)
        case "outputs":
            print(json.dumps(outputs(place), indent=2))
        case "e2e":
            e2e(place)
        case "invoke":
            invoke(place, chosen.function, chosen.event)
        case "run":
            run(place, chosen.program)


if __name__ == "__main__":
    main()
