"""Statistics from outside: its table, its function's processes, and the mapping that hands it batches."""

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from boto3.dynamodb.types import TypeDeserializer
from recount import Rows
from stack import Event, Stack, until

Story = list[tuple[str, Event]]


@dataclass(frozen=True)
class Table:
    """All of it: the stories with their numbers by key, and the counters, their shards added up."""

    items: list[dict[str, Any]]

    @property
    def stories(self) -> dict[str, Story]:
        stories = defaultdict(list)
        for item in self.items:
            if item["sk"].startswith("event#"):
                stories[item["pk"]].append((item["sk"], {name: item[name] for name in item if name not in ("pk", "sk")}))
        return stories

    @property
    def kept(self) -> dict[str, Event]:
        """The events of all stories by id."""
        return {event["id"]: event for story in self.stories.values() for _, event in story}

    @property
    def rows(self) -> Rows:
        rows: Rows = defaultdict(Counter)
        for item in self.items:
            if item["pk"].startswith(("day#", "hour#")):
                period, shard = item["pk"].rsplit("#", 1)
                assert 0 <= int(shard) < 16 and len(shard) == 2
                rows[period, item["sk"]].update({name: item[name] for name in item if name not in ("pk", "sk")})
        return rows


class Statistics:
    """The function of a stack on the local engine."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.aws = stack, stack.client("lambda")
        self.queue = stack.outputs["StatisticsQueueUrl"]
        self.name = stack.outputs["EventsTopicArn"].rsplit(":", 1)[1].replace("events.fifo", "statistics")
        self.engine = json.loads((Path(os.environ["MATCHFLOW_OUTPUTS"]).parent / "engine.json").read_text())["pid"]

    def table(self) -> Table:
        """Read while nothing is counted: else an event may be seen in its story and not in the counters."""
        with self.held_back():
            value = TypeDeserializer().deserialize
            items = self.stack.rows("StatisticsTableName")
            return Table([plain({name: value(item[name]) for name in item}) for item in items])

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Nothing is handed to it, and nothing is in its hands."""
        self.switch(False)
        try:
            until(lambda: self.mapping()["State"] == "Disabled" and self.waiting("NotVisible") == 0, "statistics rests")
            yield
        finally:
            self.switch(True)

    @contextmanager
    def visible_again_after(self, seconds: int) -> Iterator[None]:
        """How long the batch of a killed process is kept back."""
        name = "VisibilityTimeout"
        before = self.attributes(name)
        self.stack.sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={name: str(seconds)})
        try:
            yield
        finally:
            self.stack.sqs.set_queue_attributes(QueueUrl=self.queue, Attributes=before)

    def kill(self) -> None:
        """Kills its processes at work: so that a batch is given up which had been handed over."""
        until(lambda: self.result().startswith("OK"), "a batch is counted")

        def was_at_work() -> bool:
            if self.result().startswith("OK"):
                for process in self.processes():
                    process.kill()
            return self.result() == "FAILED"

        until(was_at_work, "a batch is given up because its process was killed")

    def result(self) -> str:
        """What came of the last batch."""
        return self.mapping()["LastProcessingResult"]

    def processes(self) -> list[psutil.Process]:
        children = psutil.Process(self.engine).children(recursive=True)
        return [child for child in children if environment(child).get("AWS_LAMBDA_FUNCTION_NAME") == self.name]

    def mapping(self) -> dict[str, Any]:
        (mapping,) = self.aws.list_event_source_mappings(FunctionName=self.name)["EventSourceMappings"]
        return mapping

    def switch(self, on: bool) -> None:
        self.aws.update_event_source_mapping(UUID=self.mapping()["UUID"], Enabled=on)

    def waiting(self, state: str = "") -> int:
        return int(self.attributes(name := f"ApproximateNumberOfMessages{state}")[name])

    def attributes(self, name: str) -> dict[str, str]:
        return self.stack.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=[name])["Attributes"]


def environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return {}


def plain(value: Any) -> Any:
    """Numbers as Python's own, at any depth."""
    return json.loads(json.dumps(value, default=int))
