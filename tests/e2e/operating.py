"""The operator's program, run against the stack under test."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from devstack.local.functions import program

FOLDER = Path(tempfile.mkdtemp(prefix="matchflow-"))  # where journals go
LIMIT = 120.0  # seconds


def matchflow(*arguments: str, expect: int | None = 0) -> Any:
    """What a command answers in JSON; it has to end with this exit code, or with any if there is none."""
    return json.loads(run(*arguments, "--json", expect=expect).stdout)


def run(*arguments: str, expect: int | None = None) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run([program(), *arguments], cwd=FOLDER, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert expect in (None, ended.returncode), (arguments, ended.returncode, ended.stdout, ended.stderr)
    return ended
