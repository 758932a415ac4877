"""The functions of two releases side by side, as they are while a deploy or a rollback goes on: `make upgrade-test`, not `make e2e`."""

import io
import os
import zipfile
from collections import Counter
from pathlib import Path

from burst import Burst
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


def test_two_releases_side_by_side_lose_nothing_and_charge_nothing_twice(stack: Stack) -> None:
    """Back to the earlier release and forward again, one function after the other: of any two functions each is once the older
    one. The engine ends a function's processes at once where Lambda lets them finish, so that batches are lost on the way."""
    burst, processes = Burst(Sandbox(stack), 2 * len(FUNCTIONS) * STEPS * 10), FunctionProcesses(stack)
    before, size = processes.lost("notification"), processes.batch_size("notification")
    with stack.visible_again_after(VISIBLE_AGAIN, *consumed()):
        exchanged = 0
        for release in (EARLIER, TODAY):
            for function in FUNCTIONS:
                exchanged += exchange(stack, function, release)
                for _ in range(STEPS):
                    burst.step()
        observed = gather(burst, Counter(), lambda: LostBatches(processes.lost("notification") - before, size))
    assert exchanged > 0, "no function differs between the two commits"
    assert problems(observed) == []


def exchange(stack: Stack, function: str, release: Path) -> bool:
    """Gives a function the code of a release, as CloudFormation does: under today's settings. Whether it is other code."""
    aws, name = stack.client("lambda"), stack.function(function)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.write(release / function / "bootstrap", "bootstrap")  # with its permissions
    had = aws.get_function_configuration(FunctionName=name)["CodeSha256"]
    got = aws.update_function_code(FunctionName=name, ZipFile=code.getvalue())["CodeSha256"]
    until(lambda: aws.get_function_configuration(FunctionName=name)["LastUpdateStatus"] == "Successful", f"{name} is exchanged")
    return bool(got != had)
