"""Processes of integrations: started, waited for, and ended with all that they started."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psutil

from devstack.local import processes

READY_WITHIN = 60.0  # seconds; a JVM on a busy machine takes ten
GONE_WITHIN = 15.0  # a listener ends its long poll first


@contextmanager
def running(
    argv: list[str | Path], folder: Path, environment: Mapping[str, str], log: Path, ready: Callable[[Path], bool]
) -> Iterator[None]:
    """Runs it for as long as it is needed; what it says goes to `log`."""
    with log.open("w") as output, started(argv, folder, environment, output) as process:
        wait(process, log, ready)
        yield


def finished(argv: list[str | Path], folder: Path, environment: Mapping[str, str]) -> bool:
    """Runs it to its end, and says whether that was a good one."""
    with started(argv, folder, environment, None) as process:
        return process.wait() == 0


@contextmanager
def started(
    argv: list[str | Path], folder: Path, environment: Mapping[str, str], output: TextIO | None
) -> Iterator[psutil.Popen]:
    process = psutil.Popen(
        argv, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=output and subprocess.STDOUT
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            processes.end(process, GONE_WITHIN)


def wait(process: psutil.Popen, log: Path, ready: Callable[[Path], bool]) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        if ready(log):
            return
        time.sleep(0.1)
    tail = "\n".join(log.read_text().splitlines()[-15:])
    sys.exit(f"{tail}\n{log.stem} did not start: all it said is in {log}")


def says(line: str) -> Callable[[Path], bool]:
    return lambda log: line in log.read_text()


def answers(url: str) -> Callable[[Path], bool]:
    def answered(_: Path) -> bool:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            return False
        return True

    return answered
