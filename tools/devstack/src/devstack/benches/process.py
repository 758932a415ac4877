"""A function's process, as Lambda starts it, and what the operating system says of it."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from devstack.benches.variants import Variant
from devstack.generators.samples.sqs import REGION
from devstack.processes import started

CPU_CLOCK = 2  # <linux/posix-timers.h>, CPUCLOCK_SCHED


def environment(variant: Variant, runtime_api: str, backend: str) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": "measured",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/measured",
        "AWS_LAMBDA_LOG_STREAM_NAME": "1",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "stand-in",
        "AWS_SECRET_ACCESS_KEY": "stand-in",
        "AWS_SESSION_TOKEN": "stand-in",
        "AWS_ENDPOINT_URL": f"http://{backend}",
        "POWERTOOLS_SERVICE_NAME": "measured",
        **variant.environment,
    }


@contextmanager
def function(variant: Variant, runtime_api: str, backend: str, log: Path) -> Iterator[psutil.Process]:
    """Runs a function; what it logs goes to a file."""
    with log.open("w") as output, started(variant.command, variant.folder, environment(variant, runtime_api, backend), output) as process:
        yield process


def cpu_seconds(process: psutil.Process) -> float:
    """The processor time of all its threads so far, those that ended included, to the nanosecond."""
    return time.clock_gettime((~process.pid << 3) | CPU_CLOCK)


def peak_bytes(process: psutil.Process) -> int:
    """The most memory that it had at once."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return 1024 * int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])
