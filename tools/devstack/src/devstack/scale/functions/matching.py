"""The work of matching: decisions on requests, and confirmations of charged ones."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simpy import Event

from devstack.scale.functions.steps import Failed, by_group, side_by_side
from devstack.scale.partners import Partner
from devstack.scale.pipeline import QueueSettings
from devstack.scale.queues import Message, Request
from devstack.scale.units import UNITS

if TYPE_CHECKING:
    from devstack.scale.stack import Stack

READS_OF_A_DECISION = 3  # rounds: the request, the candidates, two partners; none where a partner is found by what is remembered


def matching(stack: "Stack", settings: QueueSettings, batch: list[Message]) -> Failed:
    """Decides the records side by side, and publishes what was decided in one call."""
    yield stack.env.timeout(stack.work.cpu(settings.memory, len(batch)))
    done = yield from side_by_side(stack, (decide(stack, message) for message in batch))
    failed = {message for message, is_done in zip(batch, done, strict=True) if not is_done}
    decided = [event_of(message) for message in batch if message not in failed and message.event_type != "match.closed"]
    return failed | (yield from stack.publish(decided))


def event_of(cause: Message) -> tuple[Message, Message, Partner | None]:
    request = cause.request
    if request.partner is not None:
        return cause, Message("request.matched", request, request.partner.name, cause.attempt), request.partner
    kind = "request.unmatched" if request.is_ended else "request.deferred"
    return cause, Message(kind, request, f"c{request.number}", cause.attempt + 1), None


def decide(stack: "Stack", message: Message) -> Generator[Event, Any, bool]:
    """Whether a decision is saved: this delivery's or, if only its event was not published, an earlier one's."""
    if message.event_type == "match.closed":
        return (yield from close(stack, message.request))
    if message.request.decided == message.attempt:
        yield stack.env.timeout(stack.work.read.draw(stack.random))
        return True
    contended: set[Partner] = set()
    for execution in range(stack.retries.executions):
        if execution or stack.partners.choose(message.request.region, contended) is None:
            yield stack.env.timeout(sum(stack.work.read.draw(stack.random) for _ in range(READS_OF_A_DECISION)))
        if not (yield from stack.write("matching", UNITS["decision"])):
            return False
        partner = stack.partners.choose(message.request.region, contended)
        if (yield from claim(stack, partner)):
            conclude(stack, message, partner)
            return True
        contended.add(partner)
        stack.counts["conflicts"] += 1
        pause = min(stack.retries.pause * 2**execution, stack.retries.longest_pause)
        yield stack.env.timeout(pause / 2 * (1 + stack.random.random()))
    return False


def claim(stack: "Stack", partner: Partner | None) -> Generator[Event, Any, bool]:
    """Whether a transaction on this partner's item (none if the request is deferred) met no other one."""
    free = partner is None or stack.env.now >= partner.locked_until
    duration = stack.work.transaction.draw(stack.random)
    if free and partner is not None:
        partner.locked_until = stack.env.now + duration
        partner.open += 1
    yield stack.env.timeout(duration)
    return free


def conclude(stack: "Stack", message: Message, partner: Partner | None) -> None:
    request = message.request
    stack.counts["decisions"] += 1
    request.partner, request.decided = partner, message.attempt
    request.is_ended = partner is None and message.attempt >= stack.max_attempts


def close(stack: "Stack", request: Request) -> Generator[Event, Any, bool]:
    if not (yield from stack.write("matching", UNITS["decision"])):
        return False
    yield stack.env.timeout(stack.work.read.draw(stack.random) + stack.work.transaction.draw(stack.random))
    if request.partner is not None:
        request.partner.open -= 1
    return True


def outcomes(stack: "Stack", settings: QueueSettings, batch: list[Message]) -> Failed:
    """Confirms charged requests: a partner's one after the other, partners side by side."""
    yield stack.env.timeout(stack.work.cpu(settings.memory, len(batch)))
    return set().union(*(yield from side_by_side(stack, (confirm(stack, messages) for messages in by_group(batch)))))


def confirm(stack: "Stack", messages: list[Message]) -> Failed:
    for place, message in enumerate(messages):
        if not (yield from stack.write("matching", UNITS["confirmation"])):
            return set(messages[place:])
        yield stack.env.timeout(stack.work.read.draw(stack.random) + stack.work.write.draw(stack.random))
        stack.close_later(message.request)
    return set()
