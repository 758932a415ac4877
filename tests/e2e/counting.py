"""Statistics from outside: its table, its function's processes, and the mapping that hands it batches."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from devstack.clients.stack import Stack
from devstack.events import Event, utc
from devstack.waiting import until
from function_processes import FunctionProcesses
from recount import Rows

History = list[tuple[str, Event]]


@dataclass(frozen=True)
class Table:
    """All of it: the histories with their sort keys by key, and the counters, their shards added up."""

    items: list[dict[str, Any]]

    @property
    def histories(self) -> dict[str, History]:
        histories = defaultdict(list)
        for item in self.items:
            if item["sk"].startswith("event#"):
                histories[item["pk"]].append((item["sk"], {name: item[name] for name in item if name not in ("pk", "sk")}))
        return histories

    @property
    def kept(self) -> dict[str, Event]:
        """The events of all histories by id."""
        return {event["id"]: event for history in self.histories.values() for _, event in history}

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
        self.name = stack.function("statistics")
        self.processes = FunctionProcesses(stack)

    def table(self) -> Table:
        """Read while nothing is counted, and all that was counted is in the counters."""
        with self.held_back():
            self.stack.fold()
            return Table(self.stack.items("Statistics"))

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Meanwhile it receives nothing and handles nothing."""
        self.switch(False)
        try:
            until(lambda: self.mapping()["State"] == "Disabled" and self.waiting("NotVisible") == 0, "statistics is idle")
            yield
        finally:
            self.switch(True)

    def kill(self) -> None:
        """Kills its processes at work: so that a batch is given up that it had received."""
        until(lambda: self.result().startswith("OK"), "a batch is counted")

        def was_at_work() -> bool:
            if self.result().startswith("OK"):
                self.processes.kill("statistics")
            return self.result() == "FAILED"

        until(was_at_work, "a batch is given up because its process was killed")

    def expect_the_version_before(self) -> None:
        """Has events counted with numbers for an hour from now on, as where the version before may be at work, too."""
        end = utc(datetime.now(UTC) + timedelta(hours=1), "microseconds")
        with self.held_back():
            item = {"pk": {"S": "state"}, "sk": {"S": "since"}, "time": {"S": end}}
            self.stack.dynamodb.put_item(TableName=self.stack.table("Statistics"), Item=item)
            self.processes.kill("statistics")  # each process reads it once

    def result(self) -> str:
        """The result of the last batch."""
        return self.mapping()["LastProcessingResult"]

    def mapping(self) -> dict[str, Any]:
        (mapping,) = self.aws.list_event_source_mappings(FunctionName=self.name)["EventSourceMappings"]
        return mapping

    def switch(self, on: bool) -> None:
        self.aws.update_event_source_mapping(UUID=self.mapping()["UUID"], Enabled=on)

    def waiting(self, *states: str) -> int:
        return self.stack.waiting("Statistics", states)
