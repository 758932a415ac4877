"""What the operator's program says of the run."""

import os
import shlex
import subprocess
from collections.abc import Iterable

from devstack.clients.event_log import RequestLog
from devstack.clients.stack import Stack
from devstack.local.functions import program
from devstack.project import ROOT


def called(stack: Stack) -> str:
    """How the program is called for this stack from the project's folder."""
    if stack.endpoint is None:
        return f"matchflow --stack {stack.name}"
    return f"{os.path.relpath(program(), ROOT)} --port {stack.endpoint.rpartition(':')[2]}"


def show(stack: Stack, requests: Iterable[RequestLog]) -> None:
    """Runs it: the story of a request whose first partner could not pay, what was counted, and how the stack is."""
    refused = [request for request in requests if request.charge and request.of("points.rejected")]
    told = [f"follow {min(refused, key=lambda request: len(request.events)).id}"] if refused else []
    for command in (*told, "statistics --by category"):
        answer(f"{called(stack)} {command}")
    print("Bad records were sent on purpose: while they are in quarantine, the stack counts as failing")
    answer(f"{called(stack)} status")


def answer(line: str) -> None:
    print(f"$ {line}", flush=True)
    subprocess.run(shlex.split(line), cwd=ROOT, check=False)
