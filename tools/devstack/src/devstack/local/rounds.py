"""The end-to-end tests' two rounds: on an engine as it is, and on one that enforces the functions' roles. They mostly wait, so that two
cores serve both side by side."""

import subprocess
import sys
from pathlib import Path
from typing import IO

import psutil

from devstack import processes
from devstack.console import log
from devstack.local.stack import LocalStack
from devstack.project import ROOT


def beside(stack: LocalStack) -> LocalStack:
    """The other round's stack: on the next port."""
    return LocalStack(stack.port + 1, stack.prefix)


def start(stack: LocalStack, output: IO[str]) -> psutil.Popen:
    """Begins the round in which roles are enforced, as a process of its own."""
    command = [sys.executable, "-m", "devstack.local", "--port", str(stack.port), "round", "--auth"]
    return psutil.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)


def finish(round_with_roles: psutil.Popen, output: Path) -> None:
    """Waits for it, and shows what it said."""
    code = round_with_roles.wait()
    log("the round with the functions' roles enforced, which ran beside the first:")
    print(output.read_text(), end="", flush=True)
    if code != 0:
        sys.exit(code)


def abandon(round_with_roles: psutil.Popen) -> None:
    if round_with_roles.poll() is None:
        processes.end(round_with_roles, processes.GONE_WITHIN)
