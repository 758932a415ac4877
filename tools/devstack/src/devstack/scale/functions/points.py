"""The work of points: charges, a partner's in joint transactions."""

from typing import TYPE_CHECKING

from devstack.scale.functions.steps import Failed, by_group, side_by_side
from devstack.scale.pipeline import QueueSettings
from devstack.scale.queues import Message
from devstack.scale.units import INDEXED, UNITS

if TYPE_CHECKING:
    from devstack.scale.stack import Stack

CHARGES_OF_A_TRANSACTION = 50


def points(stack: "Stack", settings: QueueSettings, batch: list[Message]) -> Failed:
    """Charges a partner's records in transactions one after the other, partners side by side, and publishes all in one call."""
    yield stack.env.timeout(stack.work.cpu(settings.memory, len(batch)))
    failed = set().union(*(yield from side_by_side(stack, (charge(stack, messages) for messages in by_group(batch)))))
    charged = [(one, Message("points.deducted", one.request, one.group), one.request.partner) for one in batch if one not in failed]
    return failed | (yield from stack.publish(charged))


def charge(stack: "Stack", messages: list[Message]) -> Failed:
    for place in range(0, len(messages), CHARGES_OF_A_TRANSACTION):
        part = messages[place : place + CHARGES_OF_A_TRANSACTION]
        if not (yield from stack.write("ledger", (UNITS["charge"] - INDEXED) * len(part), messages[0].request.partner)):
            return set(messages[place:])
        yield stack.env.timeout(stack.work.transaction.draw(stack.random))
    return set()
