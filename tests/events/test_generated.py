"""events/ is what the script makes of its seed, and nothing else."""

import os
import subprocess
import sys

import make_events
from contract import EVENTS, ROOT


def test_the_files_are_what_the_script_makes_whatever_the_hash_seed() -> None:
    for seed in ("0", "4711"):
        made = subprocess.run(
            [sys.executable, ROOT / "scripts" / "make_events.py", "--check"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stdout + made.stderr


def test_no_file_is_there_that_the_script_does_not_make() -> None:
    there = {str(file.relative_to(EVENTS)) for file in EVENTS.rglob("*") if file.is_file()}
    assert there == set(make_events.contents()) | {"README.md"}


def test_a_missing_file_is_noticed() -> None:
    assert make_events.differing(EVENTS) == []
    assert set(make_events.differing(EVENTS / "nowhere")) == set(make_events.contents())
