"""What the functions' work is put together from: steps side by side, and a batch's message groups."""

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Any

from simpy import AllOf, Event

from devstack.scale.queues import Message

if TYPE_CHECKING:
    from devstack.scale.stack import Stack

Failed = Generator[Event, Any, set[Message]]
Steps = Generator[Event, Any, Any]


def side_by_side(stack: "Stack", steps: Iterable[Steps]) -> Generator[Event, Any, list[Any]]:
    processes = [stack.env.process(one) for one in steps]
    yield AllOf(stack.env, processes)
    return [process.value for process in processes]


def by_group(batch: list[Message]) -> list[list[Message]]:
    groups: dict[str, list[Message]] = {}
    for message in batch:
        groups.setdefault(message.group, []).append(message)
    return list(groups.values())
