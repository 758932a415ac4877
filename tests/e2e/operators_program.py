"""The operator's program, built once and run against the stack under test."""

import json
import os
import subprocess
from typing import Any

from devstack.project import ROOT

BINARY = ROOT / "target/debug/matchflow"


class Program:
    """Runs `matchflow`; MATCHFLOW_OUTPUTS names the stack for it, too."""

    def __init__(self) -> None:
        subprocess.run(["cargo", "build", "--locked", "--quiet", "--package", "matchflow"], cwd=ROOT, check=True)

    def run(self, *arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Runs a command, and expects this exit code; None takes any."""
        environment = os.environ | {"NO_COLOR": "1"}
        ended = subprocess.run([str(BINARY), *arguments], capture_output=True, text=True, env=environment, check=False)
        assert code in (None, ended.returncode), ended.stdout + ended.stderr
        return ended

    def json(self, *arguments: str, code: int | None = 0) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.run(*arguments, "--json", code=code).stdout)
        return answer
