"""`matchflow demo`: each fault is found and mended by the commands that it prints, as they are printed."""

import json
import os
import re
import subprocess
from dataclasses import dataclass, replace

import pytest
from devstack.clients.stack import Stack
from devstack.local.functions import program
from devstack.waiting import until
from operating import FOLDER, matchflow, run

pytestmark = pytest.mark.usefixtures("as_deployed")
FAULTS = ("partner", "queue", "poison", "bug")
ENVIRONMENT = dict(os.environ) | {"PATH": f"{program().parent}:{os.environ['PATH']}"}


@dataclass(frozen=True)
class Step:
    command: str
    shows: str


def steps(text: str) -> list[Step]:
    """The commands of a screen, each with what it shows."""
    found = re.findall(r"^ *\d+\. .*\n    (.+)\n(?:    shows: (.+)\n)?", text, re.M)
    assert len(found) == len(re.findall(r"^ *\d+\. ", text, re.M)) > 5
    return [Step(*step) for step in found]


def follow(step: Step) -> str:
    """Runs a command again and again until it shows what it should; what it said then."""

    def said() -> str:
        ended = subprocess.run(["sh", "-c", step.command], cwd=FOLDER, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        is_not_there_yet = ended.stderr.startswith("Nothing is stored under demo-")
        assert ended.returncode in (0, 1, 2) or is_not_there_yet, (step.command, ended.stderr)
        assert not {"\u202e", "\u001b"} & set(ended.stdout)
        return ended.stdout if step.shows in ended.stdout else ""

    return str(until(said, f"`{step.command}` shows `{step.shows}`"))


def status() -> set[str]:
    """What is wrong, but for numbers."""
    return {re.sub(r"\d+", "n", finding["text"]) for finding in json.loads(run("status", "--json").stdout)["findings"]}


def differences() -> set[str]:
    """What an audit finds: the stores' tests write to the same tables what no function would."""
    return {difference["item"] for difference in matchflow("audit", expect=None)["differences"]}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_mended_by_the_printed_commands(stack: Stack, fault: str) -> None:
    with stack.quarantine.stopped():
        before, differences_before = status(), differences()
        broken = run("demo", "--break", fault, expect=0).stdout
        assert broken.startswith(f"broken: {fault}\n")
        try:
            for step in steps(broken):
                was_clean = step.shows != "clean" or not differences_before
                follow(step if was_clean else replace(step, shows="difference"))
            until(lambda: status() <= before, "the stack is as it was before")
        except BaseException:
            run("demo", "--mend", fault)  # so that the tests behind this one find a stack that works
            for function in ("matching", "points", "notification", "statistics"):
                run("resume", function)
            raise
    assert differences() <= differences_before
    assert matchflow("doctor", expect=0)["findings"] == []


def test_nothing_is_broken_on_aws(stack: Stack) -> None:
    refused = run("demo", "--break", "bug", "--stack", stack.name)
    assert refused.returncode == 70
    assert refused.stderr.startswith("The demo runs on a local stack alone: ")


def test_one_fault_is_named_at_a_time() -> None:
    assert run("demo").returncode == 64
    assert run("demo", "--break", "bug", "--mend", "bug").returncode == 64
