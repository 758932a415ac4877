"""The dashboard of a local stack: `matchflow dashboard` in the background, until the stack is stopped."""

import subprocess
import sys

import psutil

from devstack import processes
from devstack.local.functions import program
from devstack.local.stack import LocalStack
from devstack.waiting import ticks

READY_WITHIN = 10.0  # seconds


def start(stack: LocalStack) -> str:
    """Starts it anew, as the program was built last; its address."""
    stop(stack)
    stack.dashboard_log.unlink(missing_ok=True)
    stack.dashboard_log.touch(mode=0o600)  # the token is for its user alone
    with stack.dashboard_log.open("w") as output:
        process = psutil.Popen(
            [program(), "dashboard", "--port", str(stack.port)],
            cwd=stack.folder,
            env=stack.environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    processes.remember(process, stack.dashboard_file)
    for _ in ticks(READY_WITHIN):
        address = stack.dashboard_log.read_text().partition("\n")[0]
        if address.startswith("http://"):
            return address
    sys.exit(f"The dashboard did not start within {READY_WITHIN:.0f} s: see {stack.dashboard_log}")


def stop(stack: LocalStack) -> None:
    if process := processes.remembered(stack.dashboard_file):
        processes.end(process, processes.GONE_WITHIN)
    stack.dashboard_file.unlink(missing_ok=True)
