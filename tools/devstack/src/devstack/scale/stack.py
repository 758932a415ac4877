"""The deployed stack: queues, topic, mappings and the work of the four functions."""

import math
from collections import Counter
from collections.abc import Generator, Iterable
from random import Random
from typing import Any

from simpy import Environment, Event

from devstack.scale import limits, pipeline
from devstack.scale.capacity import Rate
from devstack.scale.conditions import Conditions
from devstack.scale.functions import HANDLERS
from devstack.scale.mapping import EventSourceMapping, Steps
from devstack.scale.partners import Partner, Partners
from devstack.scale.pollers import on_demand
from devstack.scale.queues import FifoQueue, Message, Queue, Request, StandardQueue
from devstack.scale.units import ACCOUNT

TABLES = ("matching", "ledger", "notification", "statistics")


class Stack:
    """One run's stack. Events are published by `publish`, and delivered to whichever queue the template subscribes."""

    def __init__(self, env: Environment, conditions: Conditions) -> None:
        self.env, self.conditions, self.work = env, conditions, conditions.latencies
        self.random = Random(conditions.seed)
        self.retries = pipeline.Retries()
        self.max_attempts = pipeline.parameter("MaxAttempts")
        self.partners = Partners(env, conditions, self.random)
        self.tables = {name: Rate(env, conditions.table_writes) for name in TABLES}
        self.topic, self.sends = Rate(env, limits.PUBLISHED.value), Rate(env, conditions.sends)
        self.environments: Counter[str] = Counter()  # by function: those that are there, at work or idle
        self.working: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.told: list[Request] = []
        self.settings = {name: one for name, one in pipeline.queues().items() if name in HANDLERS}
        self.queues = {name: self.queue(one) for name, one in self.settings.items()}
        self.mappings = {name: self.mapping(one) for name, one in self.settings.items()}

    def queue(self, settings: pipeline.QueueSettings) -> Queue:
        return FifoQueue(self.env) if settings.fifo else StandardQueue(self.env)

    def mapping(self, settings: pipeline.QueueSettings) -> EventSourceMapping:
        pollers = self.conditions.pollers.get(settings.name) or on_demand(settings.concurrency)
        deletion = lambda: self.work.deletion.draw(self.random)  # noqa: E731
        return EventSourceMapping(
            self.env, self.queues[settings.name], settings, pollers, lambda batch: self.handle(settings, batch), deletion
        )

    def submit(self, request: Request) -> None:
        self.send("intake", Message("request.submitted", request, f"c{request.number}"))

    def send(self, queue: str, message: Message) -> None:
        self.queues[queue].put([message], self.work.sqs_hop.draw(self.random))

    def handle(self, settings: pipeline.QueueSettings, batch: list[Message]) -> Steps:
        """One invocation: cold or warm, with its records' failures and what their delays are."""
        function = settings.function
        self.working[function] += 1
        if self.working[function] > self.environments[function]:
            self.environments[function] += 1
            yield self.env.timeout(self.work.cold_start.draw(self.random))
        failed = yield from HANDLERS[settings.name](self, settings, batch)
        self.working[function] -= 1
        return {message: self.delay(message) for message in batch if message in failed and not self.is_set_aside(settings, message)}

    def delay(self, message: Message) -> float:
        self.counts["failed"] += 1
        return self.retries.delay(message.receives, self.random.random())

    def is_set_aside(self, settings: pipeline.QueueSettings, message: Message) -> bool:
        """A record that fails on its last receive but one becomes a dead letter."""
        last = message.receives >= settings.max_receives - 1
        self.counts["dead letters"] += last
        return last

    def publish(self, events: Iterable[tuple[Message, Message, Partner | None]]) -> Generator[Event, Any, set[Message]]:
        """Publishes events, each with the message that caused it and the partner whose message group it is in (None for a customer's
        own). Gives back the causes of those that the topic did not take."""
        refused, taken = set(), []
        for cause, event, partner in events:
            if self.topic.take() and (partner is None or partner.published.take()):
                taken.append(event)
            else:
                refused.add(cause)
        self.deliver(taken)
        if taken or refused:
            yield self.env.timeout(self.work.publish.draw(self.random))
        return refused

    def deliver(self, events: list[Message]) -> None:
        """Each queue gets a message of its own."""
        arriving: dict[str, list[Message]] = {}
        for event in events:
            self.counts[event.event_type] += 1
            for queue in pipeline.receivers(event.event_type):
                arriving.setdefault(queue, []).append(Message(event.event_type, event.request, event.group, event.attempt))
        for queue, messages in arriving.items():
            self.queues[queue].put(messages, self.work.sns_hop.draw(self.random) + self.settings[queue].delay)

    def write(self, table: str, units: float, account: Partner | None = None) -> Generator[Event, Any, bool]:
        """Whether a table took a write, tried as often as the SDK does; the time that it takes is the caller's to wait."""
        for call in range(self.retries.calls):
            if not self.conditions.outage.covers(table, self.env.now) and self.tables[table].take(units):
                if account is None or account.account.take(ACCOUNT):
                    return True
            self.counts["refused writes"] += 1
            if call + 1 < self.retries.calls:
                yield self.env.timeout(self.random.random() * self.retries.call_pause * 2**call)
        return False

    def tell(self, request: Request) -> None:
        request.told = self.env.now
        self.told.append(request)

    def close_later(self, request: Request) -> None:
        """The work for a confirmed request is done after a while, which its producer reports."""
        if math.isfinite(self.conditions.work):
            closed = Message("match.closed", request, f"c{request.number}")
            self.env.timeout(self.conditions.work).callbacks.append(lambda _: self.send("intake", closed))
