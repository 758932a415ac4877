"""A neighbour's process: started, waited for, ended."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

READY_WITHIN = 60.0  # seconds; a JVM on a busy machine takes ten
GONE_WITHIN = 15.0  # a listener ends its long poll first


@contextmanager
def running(
    argv: list[str | Path], folder: Path, environment: Mapping[str, str], log: Path, ready: Callable[[Path], bool]
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs it for as long as it is needed; what it says goes to `log`."""
    with log.open("w") as output:
        process = subprocess.Popen(
            argv, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait(process, log, ready)
        yield process
    finally:
        end(process)


def wait(process: subprocess.Popen[bytes], log: Path, ready: Callable[[Path], bool]) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        if ready(log):
            return
        time.sleep(0.1)
    tail = "\n".join(log.read_text().splitlines()[-15:])
    sys.exit(f"{tail}\n{log.stem} did not start: all it said is in {log}")


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GONE_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


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
