"""The functions of two releases side by side, as they are while a deploy or a rollback goes on: `make upgrade-test`, not `make e2e`."""

import io
import os
import zipfile
from collections import Counter
from pathlib import Path

import psutil
from burst import Burst
from counting import Statistics
from devstack.clients.stack import Stack
from devstack.project import FUNCTIONS
from devstack.waiting import until
from devstack.wiring import consumed
from fault_runs import VISIBLE_AGAIN
from function_processes import FunctionProcesses
from invariants import problems
from observations import LostBatches, gather
from sandbox import Sandbox

TODAY = Path(os.environ["MATCHFLOW_OUTPUTS"]).parent / "build"
EARLIER = Path(os.environ["MATCHFLOW_EARLIER"])
STEPS = 4  # of the burst, ten requests each, between two exchanges


def test_b38_two_releases_side_by_side_lose_nothing_and_charge_nothing_twice(stack: Stack) -> None:
    """Back to the earlier release and forward again, one function after the other: of any two functions each is once the older
    one. The engine may end a function's processes at once, where Lambda lets them finish: batches are lost on the way."""
    burst, processes = Burst(Sandbox(stack), 2 * len(FUNCTIONS) * STEPS * 10), FunctionProcesses(stack)
    Statistics(stack).expect_the_version_before()
    before, size = processes.lost("notification"), processes.batch_size("notification")
    with stack.visible_again_after(VISIBLE_AGAIN, *consumed()):
        for release in (EARLIER, TODAY):
            for function in FUNCTIONS:
                code = (release / function / "bootstrap").read_bytes()
                exchange(stack, function, code)
                for _ in range(STEPS):
                    burst.step()
                until(lambda: runs(processes, function, code), f"{function} runs the code of {release.name}")  # noqa: B023
        observed = gather(burst, Counter(), lambda: LostBatches(processes.lost("notification") - before, size))
    assert problems(observed) == []


def exchange(stack: Stack, function: str, code: bytes) -> None:
    """Gives a function other code under today's settings, as a deploy does; on the local engine there is no alias to move."""
    archive, bootstrap = io.BytesIO(), zipfile.ZipInfo("bootstrap")
    bootstrap.external_attr = 0o755 << 16
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr(bootstrap, code)
    stack.client("lambda").update_function_code(FunctionName=stack.function(function), ZipFile=archive.getvalue())


def runs(processes: FunctionProcesses, function: str, code: bytes) -> bool:
    return code in map(code_of, processes.of(function))


def code_of(process: psutil.Process) -> bytes | None:
    """The program that a process runs, if it still does."""
    try:
        return Path(process.exe()).read_bytes()
    except (psutil.NoSuchProcess, FileNotFoundError):
        return None
