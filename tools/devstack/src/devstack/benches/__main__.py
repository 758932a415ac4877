"""Measures functions side by side: python -m devstack.benches [--quick]"""

import argparse
import asyncio
import os
import platform
import re
import selectors
import shutil
import subprocess
from pathlib import Path

from devstack.benches import measurement
from devstack.benches.figures import Round
from devstack.benches.measurement import Settings
from devstack.benches.packages import build
from devstack.benches.page import Measured, page, short
from devstack.benches.variants import BUILT, Variant, empty, floor, matching, node, points, python
from devstack.benches.workloads import HOT, NEW, ONE, TEN, Scenario
from devstack.console import log
from devstack.project import ROOT

PAGE = ROOT / "docs/understand/benchmarks.md"
WHOLE = Settings(rounds=5, starts=3, warm_up=10, batches=40)
QUICK = Settings(rounds=1, starts=1, warm_up=2, batches=5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, which is printed and not kept")
    quick = parser.parse_args().quick
    binaries = build()
    # Its time-outs are as exact as the clock; epoll's are whole milliseconds.
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selectors.SelectSelector())) as runner:
        measured = runner.run(measure(binaries, QUICK if quick else WHOLE))
    if quick:
        print(short(measured))
    else:
        PAGE.write_text(page(measured, WHOLE, machine()))
        log(f"benchmarks: written to {PAGE.relative_to(ROOT)}")


async def measure(binaries: Path, settings: Settings) -> Measured:
    ours, bare = points(binaries), floor(binaries)
    charging = [
        ours,
        bare,
        python("batch", "Python"),
        python("idempotent", "Python, with idempotency"),
        node("batch", "Node"),
        node("idempotent", "Node, with idempotency"),
    ]
    own, nothing = matching(binaries), empty(binaries)
    todo = {variant: [TEN, HOT, ONE] for variant in [*charging, own]} | {nothing: [TEN]}
    for variant in (ours, bare):
        todo[variant] = [*todo[variant], NEW]  # a peer reads each account anyway
    measured = await rounds(todo, settings)
    return Measured({variant: measured[variant] for variant in charging}, {own: measured[own]}, measured[nothing])


async def rounds(todo: dict[Variant, list[Scenario]], settings: Settings) -> dict[Variant, list[Round]]:
    """All variants in turn, in each round the other way round than in the one before."""
    logs = BUILT / "log.txt"
    tables = {variant: await measurement.prepared(variant, settings, logs) for variant in todo}
    measured: dict[Variant, list[Round]] = {variant: [] for variant in todo}
    for number in range(settings.rounds):
        for variant in list(todo)[:: 1 if number % 2 == 0 else -1]:
            log(f"round {number + 1} of {settings.rounds}: {variant.name}")
            short = [await measurement.run(variant, tables[variant], [], settings, logs) for _ in range(settings.starts - 1)]
            measured[variant].append([*short, await measurement.run(variant, tables[variant], todo[variant], settings, logs)])
    return measured


def machine() -> str:
    (model, *_) = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    rust, python = said(["rustc", "--version"]), said([str(ROOT / ".venv-benches/bin/python"), "--version"])
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}; {rust}, {python}, Node {said(['node', '--version'])}"


def said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
