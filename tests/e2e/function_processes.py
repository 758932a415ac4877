"""The functions' processes on the local engine: the descendants of this stack's own engine, and no others."""

import json
import os
from pathlib import Path
from typing import Any

import psutil
from devstack.clients.stack import Stack


class FunctionProcesses:
    """Found by what the engine sets in their environment."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.aws = stack, stack.client("lambda")
        folder = Path(os.environ["MATCHFLOW_OUTPUTS"]).parent
        self.engine, self.log = json.loads((folder / "engine.json").read_text())["pid"], folder / "engine.log"

    def kill(self, function: str) -> int:
        """Kills the processes that a function has at this moment; returns how many."""
        return sum(killed(process) for process in self.of(function))

    def of(self, function: str) -> list[psutil.Process]:
        name = self.stack.function(function)
        children = psutil.Process(self.engine).children(recursive=True)
        return [child for child in children if environment(child).get("AWS_LAMBDA_FUNCTION_NAME") == name]

    def given_up(self, function: str) -> bool:
        """Whether the last batch of one of its queues was given up as a whole: its process was killed at work."""
        return any(mapping["LastProcessingResult"] == "FAILED" for mapping in self.mappings(function))

    def lost(self, function: str) -> int:
        """How many batches of a function were given up as a whole so far. Only the engine's log has them all: several go on
        side by side, and a mapping shows the last one's result."""
        line = f"ESM: Lambda {self.stack.function(function)} failed processing SQS batch"
        return self.log.read_text(errors="replace").count(line)

    def batch_size(self, function: str) -> int:
        return max(mapping["BatchSize"] for mapping in self.mappings(function))

    def mappings(self, function: str) -> list[dict[str, Any]]:
        return self.aws.list_event_source_mappings(FunctionName=self.stack.function(function))["EventSourceMappings"]


def environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return {}


def killed(process: psutil.Process) -> bool:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return False
    return True
