"""SQS queues: what is visible, what is in flight, what has to wait for an earlier message of its group."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from simpy import Environment

from devstack.scale.partners import Partner


@dataclass(slots=True, eq=False)
class Message:
    """An event on one queue."""

    event_type: str
    request: "Request"
    group: str
    attempt: int = 1  # of the request's decisions
    receives: int = 0


@dataclass(slots=True, eq=False)
class Request:
    """A customer's request, with its times in seconds since the run began."""

    number: int
    region: int
    submitted: float
    decided: int = 0  # the last attempt whose decision is saved
    partner: Partner | None = None
    is_ended: bool = False  # without a partner
    lease: float = 0.0  # the end of the lease under which its customer is being told
    told: float | None = None


class Queue:
    """What both kinds of queue have in common. `shown` is called when messages become visible."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.shown: Callable[[], None] = lambda: None
        self.depth = 0  # messages that are on it, in any state
        self.visible = 0

    def put(self, messages: Iterable[Message], delay: float) -> None:
        """Messages that a receiver can have after so many seconds."""
        batch = list(messages)
        self.depth += len(batch)
        for at, due in self.by_time(batch, self.env.now + delay).items():
            self.later(at, due)

    def by_time(self, messages: list[Message], at: float) -> dict[float, list[Message]]:
        return {at: messages} if messages else {}

    def later(self, at: float, messages: list[Message]) -> None:
        self.env.timeout(at - self.env.now, messages).callbacks.append(lambda event: self.show(event.value))

    def show(self, messages: list[Message]) -> None:
        raise NotImplementedError

    def take(self, limit: int) -> list[Message]:
        """The messages of one batch, which are in flight until they are settled."""
        raise NotImplementedError

    def settle(self, batch: list[Message], failed: Mapping[Message, float]) -> None:
        """Deletes a batch's messages but the failed ones, which are visible again after their delays."""
        raise NotImplementedError


class StandardQueue(Queue):
    """Any visible message may be received."""

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        self.ready: deque[Message] = deque()

    def show(self, messages: list[Message]) -> None:
        self.ready.extend(messages)
        self.visible += len(messages)
        self.shown()

    def take(self, limit: int) -> list[Message]:
        batch = [self.ready.popleft() for _ in range(min(limit, len(self.ready)))]
        self.visible -= len(batch)
        return batch

    def settle(self, batch: list[Message], failed: Mapping[Message, float]) -> None:
        self.depth -= len(batch) - len(failed)
        for message, delay in failed.items():
            self.later(self.env.now + delay, [message])


class FifoQueue(Queue):
    """A group's messages are received in order, and none while others of the group are in flight."""

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        self.groups: dict[str, deque[Message]] = {}  # what is visible, but for locked groups
        self.ready: deque[str] = deque()  # the groups that may be received from
        self.locked: set[str] = set()
        self.last: dict[str, float] = {}  # when a group's latest message becomes visible

    def by_time(self, messages: list[Message], at: float) -> dict[float, list[Message]]:
        """No message is visible before an earlier one of its group."""
        times: dict[float, list[Message]] = {}
        for message in messages:
            due = self.last[message.group] = max(at, self.last.get(message.group, at))
            times.setdefault(due, []).append(message)
        return times

    def show(self, messages: list[Message]) -> None:
        for message in messages:
            waiting = self.groups.setdefault(message.group, deque())
            if not waiting and message.group not in self.locked:
                self.ready.append(message.group)
            waiting.append(message)
        self.visible += len(messages)
        self.shown()

    def take(self, limit: int) -> list[Message]:
        """As many of one group as there are, then of the next."""
        batch: list[Message] = []
        while self.ready and len(batch) < limit:
            group = self.ready.popleft()
            waiting = self.groups[group]
            batch += [waiting.popleft() for _ in range(min(limit - len(batch), len(waiting)))]
            self.locked.add(group)
        self.visible -= len(batch)
        return batch

    def settle(self, batch: list[Message], failed: Mapping[Message, float]) -> None:
        self.depth -= len(batch) - len(failed)
        held: dict[str, list[Message]] = {}
        for message in failed:
            held.setdefault(message.group, []).append(message)
        for group in dict.fromkeys(message.group for message in batch):
            if group in held:  # locked until its failed messages are visible again, all at once
                self.release_later(group, held[group], max(failed[message] for message in held[group]))
            else:
                self.release(group)

    def release_later(self, group: str, messages: list[Message], delay: float) -> None:
        def back(_: object) -> None:
            self.groups.setdefault(group, deque()).extendleft(reversed(messages))
            self.visible += len(messages)
            self.release(group)
            self.shown()

        self.env.timeout(delay).callbacks.append(back)

    def release(self, group: str) -> None:
        self.locked.discard(group)
        if self.groups.get(group):
            self.ready.append(group)
        else:
            self.groups.pop(group, None)
