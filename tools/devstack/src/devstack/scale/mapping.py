"""An event source mapping: hands a queue's messages to a function, in batches, so many at once."""

from collections.abc import Callable, Generator, Mapping
from typing import Any

from simpy import Environment, Event

from devstack.scale.capacity import Rate
from devstack.scale.pipeline import QueueSettings
from devstack.scale.pollers import Pollers
from devstack.scale.queues import Message, Queue

Steps = Generator[Event, Any, Mapping[Message, float]]  # gives back the failed messages and their delays
TICK = 1.0  # seconds between two looks at whether more pollers are needed


class EventSourceMapping:
    """Polls one queue. `handle` takes a batch's time and says what failed; after it the poller deletes, which takes a while, too."""

    def __init__(
        self,
        env: Environment,
        queue: Queue,
        settings: QueueSettings,
        pollers: Pollers,
        handle: Callable[[list[Message]], Steps],
        deletion: Callable[[], float],
    ) -> None:
        self.env, self.queue, self.settings, self.pollers, self.handle, self.deletion = (
            env,
            queue,
            settings,
            pollers,
            handle,
            deletion,
        )
        self.allowed = float(pollers.first)
        self.busy = 0
        self.batches = self.records = 0
        self.receives = Rate(env, pollers.received)
        self.growing = self.gathering = self.waiting = self.stopped = False
        queue.shown = self.on_messages

    def on_messages(self) -> None:
        if self.settings.window == 0 or self.queue.visible >= self.settings.batch:
            self.dispatch()
        elif not self.gathering:
            self.gathering = True
            self.env.timeout(self.settings.window).callbacks.append(self.on_window)

    def on_window(self, _: Event) -> None:
        self.gathering = False
        self.dispatch()

    def dispatch(self) -> None:
        while not self.stopped and self.queue.visible and self.busy < int(self.allowed) and self.may_receive():
            if not (batch := self.queue.take(self.settings.batch)):
                break
            self.busy += 1
            self.env.process(self.run(batch))
        if self.queue.visible and not self.stopped and not self.growing and self.busy >= int(self.allowed):
            self.growing = True
            self.env.timeout(TICK).callbacks.append(self.grow)

    def may_receive(self) -> bool:
        """Whether a poller has a call to SQS left; otherwise it has one after a while."""
        if self.receives.take():
            return True
        if not self.waiting:
            self.waiting = True
            self.env.timeout(1 / self.pollers.received).callbacks.append(self.on_call)
        return False

    def on_call(self, _: Event) -> None:
        self.waiting = False
        self.dispatch()

    def grow(self, _: Event) -> None:
        self.growing = False
        if self.busy >= int(self.allowed):
            self.allowed = min(self.allowed + self.pollers.growth * TICK, self.pollers.most)
        elif not self.queue.visible:
            self.allowed = max(self.allowed - self.pollers.growth * TICK, self.pollers.first)
        self.dispatch()

    def run(self, batch: list[Message]) -> Generator[Event, Any, None]:
        for message in batch:
            message.receives += 1
        self.batches += 1
        self.records += len(batch)
        failed = yield from self.handle(batch)
        yield self.env.timeout(self.deletion())
        self.queue.settle(batch, failed)
        self.busy -= 1
        if self.settings.window:
            self.on_messages()
        else:
            self.dispatch()

    def stop(self) -> None:
        self.stopped = True

    def start(self) -> None:
        self.stopped = False
        self.dispatch()
