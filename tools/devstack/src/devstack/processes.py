"""Processes: started, waited for, and ended with all that they started."""

import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import psutil

from devstack.waiting import ticks

READY_WITHIN = 60.0  # seconds; a JVM on a busy machine takes ten
GONE_WITHIN = 15.0  # seconds; a listener ends its long poll first


@contextmanager
def running(
    argv: list[str | Path], folder: Path, environment: Mapping[str, str], output: Path, is_ready: Callable[[Path], bool]
) -> Iterator[None]:
    """Runs a program for as long as it is needed; what it prints goes to the file `output`."""
    with output.open("w") as file, started(argv, folder, environment, file) as process:
        for _ in ticks(READY_WITHIN):
            if is_ready(output):
                break
            if process.poll() is not None:
                fail_to_start(output)
        else:
            fail_to_start(output)
        yield


def fail_to_start(output: Path) -> None:
    tail = "\n".join(output.read_text().splitlines()[-15:])
    sys.exit(f"{tail}\n{output.stem} did not start: all it said is in {output}")


def finished(argv: list[str | Path], folder: Path, environment: Mapping[str, str]) -> bool:
    """Runs a program to its end; whether it succeeded."""
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
            end(process, GONE_WITHIN)


def end(process: psutil.Process, within: float) -> None:
    """SIGTERM, then SIGKILL, to it and its descendants, which are listed first, since orphans have another parent."""
    family = [process, *process.children(recursive=True)]
    for one in family:
        with suppress(psutil.NoSuchProcess):
            one.terminate()
    _, left = psutil.wait_procs(family, within)
    for one in left:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(left, within)


def remember(process: psutil.Process, file: Path) -> None:
    """Writes down which process it is: a pid alone may be another process's by the time it is read."""
    file.write_text(json.dumps({"pid": process.pid, "began": process.create_time()}))


def remembered(file: Path) -> psutil.Process | None:
    """The process that was written down, if it still runs."""
    if not file.exists():
        return None
    saved = json.loads(file.read_text())
    try:
        process = psutil.Process(saved["pid"])
        same = abs(process.create_time() - saved["began"]) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if same else None


def prints(line: str) -> Callable[[Path], bool]:
    return lambda output: line in output.read_text()


def answers(url: str) -> Callable[[Path], bool]:
    def has_answered(_: Path) -> bool:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            return False
        return True

    return has_answered


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
