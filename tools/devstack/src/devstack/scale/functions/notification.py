"""The work of notification: a lease, a send, an outcome."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simpy import Event

from devstack.scale.functions.steps import Failed, side_by_side
from devstack.scale.pipeline import QueueSettings
from devstack.scale.queues import Message, Request
from devstack.scale.units import UNITS

if TYPE_CHECKING:
    from devstack.scale.stack import Stack


def notification(stack: "Stack", settings: QueueSettings, batch: list[Message]) -> Failed:
    """Tells the customers side by side, each under a lease."""
    yield stack.env.timeout(stack.work.cpu(settings.memory, len(batch)))
    done = yield from side_by_side(stack, (tell(stack, message.request) for message in batch))
    failed = {message for message, is_done in zip(batch, done, strict=True) if not is_done}
    told = [(one, Message("notification.sent", one.request, f"c{one.request.number}"), None) for one in batch if one not in failed]
    return failed | (yield from stack.publish(told))


def tell(stack: "Stack", request: Request) -> Generator[Event, Any, bool]:
    """Whether the customer is told and it is saved: the lease, the send, the outcome."""
    if not (yield from stack.write("notification", UNITS["told"])):
        return False
    yield stack.env.timeout(stack.work.write.draw(stack.random))
    if request.told is not None:
        return True
    if stack.env.now < request.lease:
        return False
    return (yield from send(stack, request))


def send(stack: "Stack", request: Request) -> Generator[Event, Any, bool]:
    stack.counts["sends"] += 1
    if stack.conditions.outage.covers("sends", stack.env.now):  # it may have been sent: the lease stays
        request.lease = stack.env.now + stack.retries.lease
        yield stack.env.timeout(stack.retries.send_timeout)
        return False
    taken = stack.sends.take()
    yield stack.env.timeout(stack.work.send.draw(stack.random))
    if taken:
        stack.tell(request)
    else:
        stack.counts["refused sends"] += 1
    yield stack.env.timeout(stack.work.write.draw(stack.random))  # saves the outcome, or releases the lease
    return taken
