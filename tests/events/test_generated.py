"""events/ is what the generators make of its seed, and nothing else."""

import os
import subprocess
import sys

from devstack.generators import files
from devstack.project import EVENTS


def test_the_files_are_what_the_generators_make_at_every_hash_seed() -> None:
    for seed in ("0", "4711"):
        made = subprocess.run(
            [sys.executable, "-m", "devstack.generators", "--check"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stdout + made.stderr


def test_no_file_is_there_that_the_generators_do_not_make() -> None:
    there = {str(file.relative_to(EVENTS)) for file in EVENTS.rglob("*") if file.is_file()}
    assert there == set(files.contents()) | {"README.md"}


def test_a_missing_file_is_noticed() -> None:
    assert files.differing(EVENTS) == []
    assert set(files.differing(EVENTS / "nowhere")) == set(files.contents())
