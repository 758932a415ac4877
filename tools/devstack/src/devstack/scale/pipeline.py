"""The deployed pipeline's own parameters: read from template.yaml and from the functions' code, so that the model cannot differ from them."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from devstack.project import ROOT
from devstack.template import consumers
from devstack.wiring import deployed, resolved

UNITS = {"millis": 1e-3, "secs": 1.0, "mins": 60.0}


@dataclass(frozen=True)
class QueueSettings:
    """A queue that a function reads, and its event source mapping. Times are in seconds."""

    name: str
    function: str
    fifo: bool
    delay: float
    max_receives: int
    batch: int
    window: float
    concurrency: int
    memory: int  # MB


@cache
def queues() -> dict[str, QueueSettings]:
    """By name without the stack's and without `.fifo` (`intake`)."""
    wiring, memory = deployed(), {consumer.folder: consumer.properties["MemorySize"] for consumer in consumers()}
    by_name = {queue["name"]: queue for queue in wiring["queues"]}
    found = [settings(by_name[mapping["queue"]], mapping, memory[mapping["function"]]) for mapping in wiring["mappings"]]
    return {one.name: one for one in found}


def settings(queue: dict[str, Any], mapping: dict[str, Any], memory: int) -> QueueSettings:
    return QueueSettings(
        name=queue["name"].removesuffix(".fifo"),
        function=mapping["function"],
        fifo=queue["fifo"],
        delay=queue["delay"],
        max_receives=queue["deadLetters"]["maxReceiveCount"],
        batch=mapping["batchSize"],
        window=mapping["window"],
        concurrency=mapping["concurrency"],
        memory=memory,
    )


@cache
def receivers(event_type: str) -> tuple[str, ...]:
    """The queues that functions read and the topic delivers this event to."""
    return tuple(
        one["queue"].removesuffix(".fifo") for one in deployed()["subscriptions"] if passes(one["filterPolicy"], event_type)
    )


def subscriptions() -> int:
    """How many the topic has."""
    return len(deployed()["subscriptions"])


def passes(policy: dict[str, Any] | None, event_type: str) -> bool:
    wanted = policy["eventType"] if policy else [event_type]
    return event_type in wanted or any(event_type not in one["anything-but"] for one in wanted if isinstance(one, dict))


def parameter(name: str) -> int:
    return int(resolved({"Ref": name}))


def constant(path: str, name: str) -> float:
    """A duration in seconds, or a number, by the first place in a source file that sets it."""
    source = (ROOT / path).read_text()
    found = re.search(rf"\b{name}(?:\(|:(?: \w+ =)?)[^;\n]*?(?:from_(millis|secs|mins)\()?([\d_]+)\)?", source)
    assert found, f"{path} sets no {name}"
    return float(found[2].replace("_", "")) * (UNITS[found[1]] if found[1] else 1.0)


@dataclass(frozen=True)
class Retries:
    """When work that failed is tried again. Times are in seconds."""

    base: float = constant("shared/batch/src/retry.rs", "base")  # of a message's delay, doubled by each receive
    cap: float = constant("shared/batch/src/retry.rs", "cap")
    executions: int = int(constant("functions/matching/src/handler.rs", "executions"))
    pause: float = constant("functions/matching/src/handler.rs", "base")  # between two executions, doubled by each
    longest_pause: float = constant("functions/matching/src/handler.rs", "cap")
    calls: int = int(constant("shared/aws/src/configuration.rs", "with_max_attempts"))
    call_pause: float = constant("shared/aws/src/configuration.rs", "with_initial_backoff")
    lease: float = constant("functions/notification/src/domain/item.rs", "LEASE_DURATION")
    send_timeout: float = constant("functions/notification/src/sender/sns.rs", "SEND_TIMEOUT")

    def delay(self, receives: int, share: float) -> float:
        """Of a message that failed after so many receives; `share` is its random part, 0 to 1."""
        longest = min(self.base * 2 ** min(receives - 1, 30), self.cap)
        return longest / 2 * (1 + share)
