"""The local stack's command line. The Makefile calls it with .venv-sam's Python."""

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from devstack.console import log
from devstack.local import dashboard, engine, functions, rounds
from devstack.local.deploy import deploy, outputs
from devstack.local.earlier import earlier_functions
from devstack.local.invoke import invoke
from devstack.local.second_dynamodb import second_dynamodb
from devstack.local.stack import LocalStack, clear_aws_environment, exit_on_sigterm, port
from devstack.local.temporary import reserved
from devstack.project import FUNCTIONS, ROOT

# The tests that hold the fakes of tables, queues and topic to the services' promises.
CARGO = ["cargo", "test", "--locked", "--quiet", "--package=scenarios", *(f"--package={name}" for name in FUNCTIONS)]
STORES = [*CARGO, "--test=store", "--", "--ignored"]
CONFORMANCE = [*CARGO, "--test=store", "--test=conformance", "--", "--ignored"]


def up(stack: LocalStack) -> None:
    """Builds the functions, starts the engine and deploys the stack, as far as that is not done already."""
    template = functions.build(stack)
    deploy(stack, engine.start(stack), template)
    log(f"stack: stands on {stack.endpoint}; its queues, topic and tables: make outputs{stack.make_argument}")


def run(stack: LocalStack, program: list[str]) -> None:
    """Runs a program against the stack, with no AWS settings but the stack's."""
    outputs(stack)  # nothing can be run before the stack stands
    call(stack, program)


def call(stack: LocalStack, program: list[str]) -> None:
    environment = dict(os.environ) | stack.aws() | {"MATCHFLOW_OUTPUTS": str(stack.outputs_file)}
    ended = subprocess.run(program, cwd=ROOT, env=environment, check=False)
    if ended.returncode != 0:
        sys.exit(ended.returncode)


def e2e(stack: LocalStack) -> None:
    """The stores' promises on a second DynamoDB; then the end-to-end tests twice, on a new engine each: as it is, and enforcing
    the functions' roles."""
    with_roles = rounds.beside(stack)
    with reserved(stack) as template:
        with second_dynamodb() as tables:
            call(tables, STORES)
        output = stack.folder / "with-roles.log"
        with output.open("w") as file:
            other = rounds.start(with_roles, file)
        try:
            one_round(stack, template, auth=False)
            rounds.finish(other, output)
        finally:
            rounds.abandon(other)


def one_round(stack: LocalStack, template: Path, auth: bool) -> None:
    try:
        deploy(stack, engine.start(stack, auth), template)
        run(stack, CONFORMANCE)
        run(stack, [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "tests/e2e"])
    except SystemExit:
        log(f"what the engine and the functions said: {stack.engine_log}")
        raise


def upgrade(stack: LocalStack, base: str) -> None:
    """Today's stack, whose functions are exchanged for those of another commit and back while requests go through."""
    with reserved(stack) as template:
        earlier = earlier_functions(stack, base)
        deploy(stack, engine.start(stack), template)
        os.environ["MATCHFLOW_EARLIER"] = str(earlier)
        run(stack, [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "tests/e2e/two_releases.py"])


def show(result: str) -> None:
    try:
        print(result, flush=True)
    except BrokenPipeError:  # `make outputs | head`: the reader has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what Python flushes at its end


def ending(chosen: argparse.Namespace, stack: LocalStack) -> str:
    """What an interrupted command says: a demo that is cut short leaves matches open, which hold partners' capacity."""
    remedy = f": make local-stop{stack.make_argument} clears the stack"
    return "interrupted" + (remedy if chosen.command in ("up", "run") else "")


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=port, default=4566)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="build, start and deploy what does not stand already")
    commands.add_parser("down", help="stop the engine of this port")
    commands.add_parser("dashboard", help="start the dashboard and print its address")
    commands.add_parser("outputs", help="print the stack's outputs as JSON")
    commands.add_parser("e2e", help="run the end-to-end tests on an engine of their own")
    commands.add_parser("round", help="run them once").add_argument("--auth", action="store_true")
    releases = commands.add_parser("upgrade", help="run the functions of another commit and today's side by side")
    releases.add_argument("base")
    single = commands.add_parser("invoke", help="hand a sample event to a function")
    single.add_argument("function")
    single.add_argument("event")
    program = commands.add_parser("run", help="run a program against the stack")
    program.add_argument("program", nargs=argparse.REMAINDER)
    return parser.parse_args(given)


def main() -> None:
    signal.signal(signal.SIGTERM, exit_on_sigterm)
    clear_aws_environment()
    chosen = arguments()
    stack = chosen_stack(chosen)
    try:
        act(chosen, stack)
    except KeyboardInterrupt:
        sys.exit(ending(chosen, stack))


def chosen_stack(chosen: argparse.Namespace) -> LocalStack:
    return LocalStack(chosen.port, "e2e-" if chosen.command in ("e2e", "round", "upgrade") else "")


def act(chosen: argparse.Namespace, stack: LocalStack) -> None:
    match chosen.command:
        case "up":
            up(stack)
        case "dashboard":
            print(f"Dashboard: {dashboard.start(stack)}", flush=True)
        case "down":
            dashboard.stop(stack)
            engine.stop(stack)
        case "outputs":
            show(json.dumps(outputs(stack), indent=2))
        case "e2e":
            e2e(stack)
        case "round":
            with reserved(stack) as template:
                one_round(stack, template, chosen.auth)
        case "upgrade":
            upgrade(stack, chosen.base)
        case "invoke":
            invoke(stack, chosen.function, chosen.event)
        case "run":
            run(stack, chosen.program)


if __name__ == "__main__":
    main()
