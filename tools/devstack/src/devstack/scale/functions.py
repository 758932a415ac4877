"""The work of the functions: which calls a batch makes, one after the other or side by side, and which of its records fail."""

from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Any

from simpy import AllOf, Event

from devstack.counting import measured
from devstack.scale.partners import Partner
from devstack.scale.pipeline import QueueSettings
from devstack.scale.queues import Message, Request

if TYPE_CHECKING:
    from devstack.scale.stack import Stack

Failed = Generator[Event, Any, set[Message]]
Steps = Generator[Event, Any, Any]
Handler = Callable[["Stack", QueueSettings, list[Message]], Failed]

READS_OF_A_DECISION = 3  # rounds: the request, the candidates, two partners; none where a partner is found by what is remembered
CHARGES_OF_A_TRANSACTION = 50
EVENTS = 3  # of a request on the topic: matched, charged, told
CONFIRMATION = 1.0  # a small update
ACCOUNT = 2.0  # write units of a transaction on the partner's account
INDEXED = 1.0  # of a charge in the ledger's index, which has a throughput of its own


def units() -> dict[str, float]:
    """Write units of each piece of work, as `make count` measured them for a request."""
    counted = {function: each["write"] for function, each in measured.units(10).items()}
    return {
        "decision": counted["matching"] - CONFIRMATION,
        "confirmation": CONFIRMATION,
        "charge": counted["points"],
        "told": counted["notification"],
        "event": counted["statistics"] / EVENTS,
    }


UNITS = units()


def side_by_side(stack: "Stack", steps: Iterable[Steps]) -> Generator[Event, Any, list[Any]]:
    processes = [stack.env.process(one) for one in steps]
    yield AllOf(stack.env, processes)
    return [process.value for process in processes]


def by_group(batch: list[Message]) -> list[list[Message]]:
    groups: dict[str, list[Message]] = {}
    for message in batch:
        groups.setdefault(message.group, []).append(message)
    return list(groups.values())


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


def statistics(stack: "Stack", settings: QueueSettings, batch: list[Message]) -> Failed:
    """Counts a batch's events in one transaction; the schedule's folds are in the units alone."""
    transaction = stack.work.transaction.draw(stack.random)
    yield stack.env.timeout(stack.work.cpu(settings.memory, len(batch), stack.work.cpu_counted) + transaction)
    return set() if (yield from stack.write("statistics", UNITS["event"] * len(batch))) else set(batch)


HANDLERS: dict[str, Handler] = {
    "intake": matching,
    "deferred": matching,
    "outcomes": outcomes,
    "points": points,
    "notification": notification,
    "statistics": statistics,
}
