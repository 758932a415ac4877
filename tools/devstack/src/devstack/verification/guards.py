"""Takes the guards of functions and shared crates out one at a time, in a copy, and expects the simulation, or the package's
tests, to notice.

`python -m devstack.verification.guards` tries all of them, `… balance saving` those whose names have one of these words. The
copy and what is built of it are in target/guards.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from devstack.verification.breaks import BREAKS
from devstack.verification.breaks.guard import Break
from devstack.verification.tree import ROOT, refresh

WORK = ROOT / "target/guards"
COPY = WORK / "tree"
SEEDS = "400"


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"CARGO_TARGET_DIR": str(WORK / "built"), "RUSTFLAGS": "--cap-lints=warn"}
    return subprocess.run(command, cwd=COPY, env=environment, capture_output=True, text=True)


def built(*what: str) -> None:
    build = run("cargo", *what, "--quiet", "--locked")
    if build.returncode:
        sys.exit(f"This does not build:\n{build.stderr}")


def simulate() -> tuple[bool, str]:
    built("build", "--package", "simulator")
    with subprocess.Popen([WORK / "built/debug/simulate", "1", SEEDS], stdout=subprocess.PIPE, text=True) as simulations:
        for line in simulations.stdout or ():
            if line.startswith("Seed "):
                simulations.kill()  # it would go on to make the schedule smaller
                return True, line.rstrip()
    return simulations.returncode != 0, ""


def own_tests(package: str) -> tuple[bool, str]:
    built("test", "--no-run", "--package", package)
    tests = run("cargo", "test", "--quiet", "--locked", "--package", package)
    failures = (line for line in tests.stdout.splitlines() if "FAILED" in line)
    return tests.returncode != 0, next(failures, "")


def tried(package: str) -> tuple[bool, str]:
    """Whether the package's own tests, or without one the simulation, fail, and what they say then."""
    return own_tests(package) if package else simulate()


def noticed(guard: Break) -> bool:
    refresh(COPY)
    guard.apply(COPY)
    began = time.monotonic()
    failed, how = tried(guard.package)
    seen = failed and how != ""
    print(f"{'noticed' if seen else 'MISSED '} {time.monotonic() - began:4.0f} s  {guard.name}: {how[:160]}", flush=True)
    return seen


def main(words: list[str]) -> None:
    guards = [guard for guard in BREAKS if not words or any(word in guard.name for word in words)]
    refresh(COPY)
    for package in sorted({guard.package for guard in guards}):
        print(f"── {package or 'make simulate'}, with every guard in place", flush=True)
        if tried(package)[0]:
            sys.exit(f"With every guard in place this fails already: {package or 'make simulate'}")
    missed = [guard.name for guard in guards if not noticed(guard)]
    print(f"{len(guards) - len(missed)} of {len(guards)} guards were noticed when they were taken out.")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
