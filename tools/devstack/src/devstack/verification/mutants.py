"""Mutation testing: changes the code in small ways, one at a time, and expects the changed package's own tests to fail.

`python -m devstack.verification.mutants domains batch` tests these parts, without arguments all. It works on a copy, so that
the work tree stays as it is, with a target folder that lasts, so that dependencies are built once. Settings, and the mutants
that no test has to notice with the reason why, are in .cargo/mutants.toml; the results of a run are in target/mutants/<part>/mutants.out.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from devstack.verification.tree import ROOT, refresh

VERSION = "27.1.0"
TOOLS = ROOT / ".cargo-tools"
WORK = ROOT / "target/mutants"
COPY = WORK / "tree"
SURVIVED, TIMED_OUT = 2, 3  # cargo-mutants' exit codes; a mutant that goes on forever was noticed, too

# What is changed in each part, and which tests have to notice. A domain's tests stand beside it: no need to link the others.
PARTS = {
    "domains": ("functions/*/src/domain/**", "--lib"),
    "batch": ("shared/batch/src/**", "--tests"),
    "contract": ("shared/contract/src/**", "--tests"),
    "aws": ("shared/aws/src/**", "--tests"),
}


def install() -> None:
    listed = subprocess.run(["cargo", "install", "--list", "--root", TOOLS], capture_output=True, text=True, check=True)
    if f"cargo-mutants v{VERSION}:" not in listed.stdout:
        print(f"── cargo-mutants {VERSION}: installing (once, 3 minutes)", file=sys.stderr)
        command = ["cargo", "install", "--locked", "--quiet", f"cargo-mutants@{VERSION}", "--root", TOOLS]
        subprocess.run(command, check=True)


def leave_unit_tests(copy: Path) -> None:
    """A function's other tests need `tests/support`, which needs all functions: without them a mutant of a domain builds in a fraction
    of the time."""
    for manifest in copy.glob("functions/*/Cargo.toml"):
        manifest.write_text(manifest.read_text().replace("support.workspace = true\n", ""))
        shutil.rmtree(manifest.parent / "tests", ignore_errors=True)


def survives(part: str) -> bool:
    """Tests a part; whether there was a change that its tests did not notice."""
    print(f"── {part}", flush=True)
    changed, tests = PARTS[part]
    command = [TOOLS / "bin/cargo-mutants", "mutants", "--in-place", "--file", changed, "--cargo-arg", tests]
    environment = {**os.environ, "CARGO_TARGET_DIR": str(WORK / "target"), "RUST_BACKTRACE": "0"}  # panics by the thousand
    run = subprocess.run([*command, "--timeout", "20", "--output", WORK / part], cwd=COPY, env=environment)
    if run.returncode not in (0, SURVIVED, TIMED_OUT):
        sys.exit(f"cargo-mutants could not test {part}: its own message is above.")
    return run.returncode == SURVIVED


def main(parts: list[str]) -> None:
    if unknown := set(parts) - set(PARTS):
        sys.exit(f"There is no part {', '.join(sorted(unknown))}, but {', '.join(PARTS)}.")
    install()
    subprocess.run(["cargo", "fetch", "--locked", "--quiet"], cwd=ROOT, check=True)  # what follows is offline: the copy's Cargo.lock changes
    refresh(COPY)
    leave_unit_tests(COPY)
    survived = [part for part in parts or PARTS if survives(part)]
    if survived:
        sys.exit(f"No test noticed what is MISSED above, in {' and '.join(survived)}: a better test, or .cargo/mutants.toml.")


if __name__ == "__main__":
    main(sys.argv[1:])
