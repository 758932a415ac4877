"""What was counted of one function's calls."""

import math
from collections import Counter
from dataclasses import dataclass, field

from devstack.counting.capacity import Units
from devstack.counting.publications import Publication

CHUNK = 64 * 1024  # SQS and SNS bill a call as one request for each 64 KiB of its payload (their price pages)


@dataclass
class Counts:
    calls: Counter[str] = field(default_factory=Counter)  # by service and operation
    requests: Counter[str] = field(default_factory=Counter)  # as SQS and SNS bill them, by service
    write: float = 0.0
    read: float = 0.0
    items: int = 0
    conflicts: int = 0
    invocations: int = 0
    logged: int = 0  # bytes
    events: Counter[str] = field(default_factory=Counter)  # published, by type
    published: int = 0  # bytes of these

    def add(self, service: str, operation: str, size: int) -> None:
        self.calls[f"{service}.{operation}"] += 1
        if service != "dynamodb":
            self.requests[service] += max(1, math.ceil(size / CHUNK))

    def publish(self, publication: Publication) -> None:
        self.events.update(publication.events)
        self.published += publication.size

    def consume(self, units: Units) -> None:
        self.write += units.write
        self.read += units.read
        self.items += units.items
