"""Starts and stops the local engine of one stack, and no process but its own."""

import contextlib
import shutil
import socket
import subprocess
import sys
import urllib.request

import psutil

from devstack import processes
from devstack.console import log
from devstack.local.stack import REGION, LocalStack
from devstack.project import ROOT
from devstack.waiting import ticks

READY_WITHIN = 30.0  # seconds; it takes less than one
GONE_WITHIN = 10.0


def running(stack: LocalStack) -> psutil.Process | None:
    """The engine of this stack, if it runs."""
    return processes.remembered(stack.engine_file)


def start(stack: LocalStack, auth: bool = False) -> float:
    """Starts the engine unless it runs, and gives back when that was: what tells one engine from the next."""
    if engine := running(stack):
        return engine.create_time()
    clear(stack)
    stack.home.mkdir(parents=True)
    refuse_if_taken(stack)
    log(f"engine: starting on {stack.endpoint}" + (", with the functions' roles enforced" if auth else ""))
    process = launch(stack, auth)
    processes.remember(process, stack.engine_file)
    wait_until_ready(stack)
    return process.create_time()


def launch(stack: LocalStack, auth: bool) -> psutil.Popen:
    """In a session of its own, so that Ctrl-C in the terminal ends what was typed there and not the engine."""
    environment = stack.environment() | {
        "BIND_HOST": "127.0.0.1",  # its own default is every interface
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(stack.port),
        "IOT_MTLS_PORT": "0",
        "MINISTACK_REGION": REGION,
        "LAMBDA_EXECUTOR": "local",
        "AUTH": str(auth).lower(),
    }
    with stack.engine_log.open("w") as output:
        return psutil.Popen(
            [ROOT / ".venv-engine/bin/ministack"],
            cwd=stack.home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def refuse_if_taken(stack: LocalStack) -> None:
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", stack.port)) == 0:
            sys.exit(f"Port {stack.port} is in use by another program or stack. Choose another: PORT={stack.port + 1}")


def wait_until_ready(stack: LocalStack) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in ticks(READY_WITHIN):
        with contextlib.suppress(OSError):
            opener.open(f"{stack.endpoint}/_ministack/health", timeout=2).close()
            return
        if not running(stack):
            break
    stop(stack)
    sys.exit(f"The engine did not start within {READY_WITHIN:.0f} s: see {stack.engine_log}")


def stop(stack: LocalStack) -> None:
    """Ends the engine and the function processes it started."""
    engine = running(stack)
    if engine:
        log(f"engine: stopping the one on port {stack.port}")
        processes.end(engine, GONE_WITHIN)
    clear(stack)


def clear(stack: LocalStack) -> None:
    """Removes what a stopped engine left; logs and built functions stay."""
    for left in (stack.engine_file, stack.outputs_file, stack.deployed_file):
        left.unlink(missing_ok=True)
    shutil.rmtree(stack.home, ignore_errors=True)
