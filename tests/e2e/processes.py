"""The functions' processes on the local engine: those below this stack's own engine, and no others."""

import json
import os
from pathlib import Path

import psutil
from stack import Stack

FUNCTIONS = ("matching", "points", "notification", "statistics")


class Processes:
    """Found by what the engine sets in their environment."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.aws = stack, stack.client("lambda")
        self.engine = json.loads((Path(os.environ["MATCHFLOW_OUTPUTS"]).parent / "engine.json").read_text())["pid"]

    def kill(self, function: str) -> int:
        """Kills the processes that a function has at this moment; gives back how many."""
        return sum(killed(process) for process in self.of(function))

    def of(self, function: str) -> list[psutil.Process]:
        name = self.stack.function(function)
        children = psutil.Process(self.engine).children(recursive=True)
        return [child for child in children if environment(child).get("AWS_LAMBDA_FUNCTION_NAME") == name]

    def given_up(self, function: str) -> bool:
        """Whether the last batch of one of its queues was given up as a whole: its process was killed at work."""
        mappings = self.aws.list_event_source_mappings(FunctionName=self.stack.function(function))
        return any(mapping["LastProcessingResult"] == "FAILED" for mapping in mappings["EventSourceMappings"])


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
