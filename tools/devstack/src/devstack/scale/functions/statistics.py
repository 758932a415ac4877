"""The work of statistics."""

from typing import TYPE_CHECKING

from devstack.scale.functions.steps import Failed
from devstack.scale.pipeline import QueueSettings
from devstack.scale.queues import Message
from devstack.scale.units import UNITS

if TYPE_CHECKING:
    from devstack.scale.stack import Stack


def statistics(stack: "Stack", settings: QueueSettings, batch: list[Message]) -> Failed:
    """Counts a batch's events in one transaction; the schedule's folds are in the units alone."""
    transaction = stack.work.transaction.draw(stack.random)
    yield stack.env.timeout(stack.work.cpu(settings.memory, len(batch), stack.work.cpu_counted) + transaction)
    return set() if (yield from stack.write("statistics", UNITS["event"] * len(batch))) else set(batch)
