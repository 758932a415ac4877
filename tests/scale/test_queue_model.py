"""The model's queues keep SQS's promises."""

from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from devstack.scale import pipeline
from devstack.scale.mapping import EventSourceMapping
from devstack.scale.pollers import Pollers, on_demand, provisioned
from devstack.scale.queues import FifoQueue, Message, Queue, Request, StandardQueue
from simpy import Environment, Event

MESSAGES = 600


class Handler:
    """Takes a while, fails some, and remembers what it was handed."""

    def __init__(self, env: Environment) -> None:
        self.env, self.random = env, Random(7)
        self.at_work: Counter[str] = Counter()
        self.together: Counter[str] = Counter()  # the most batches at once that had messages of a group
        self.batches = self.most = 0
        self.done: dict[str, list[int]] = {}

    def handle(self, batch: list[Message]) -> Generator[Event, Any, Mapping[Message, float]]:
        groups = {message.group for message in batch}
        self.at_work.update(groups)
        self.batches += 1
        self.most = max(self.most, self.batches)
        for group in groups:
            self.together[group] = max(self.together[group], self.at_work[group])
        yield self.env.timeout(self.random.uniform(0.01, 0.1))
        failing = {group for group in groups if self.random.random() < 0.2}
        failed = {message: self.random.uniform(0.1, 1) for message in batch if message.group in failing}
        for message in batch:
            if message not in failed:
                self.done.setdefault(message.group, []).append(message.request.number)
        self.at_work.subtract(groups)
        self.batches -= 1
        return failed


def through(kind: type[Queue], pollers: Pollers) -> tuple[Handler, Queue]:
    env = Environment()
    queue, handler, random = kind(env), Handler(env), Random(3)
    settings = replace(pipeline.queues()["intake"], window=0)
    EventSourceMapping(env, queue, settings, pollers, handler.handle, lambda: 0.01)
    for number in range(MESSAGES):
        queue.put([Message("request.submitted", Request(number, 0, 0.0), f"g{random.randrange(12)}")], random.random())
    env.run(200)
    return handler, queue


def test_a_group_is_never_handled_twice_at_once_and_its_order_is_kept() -> None:
    handler, queue = through(FifoQueue, on_demand(50))
    assert set(handler.together.values()) == {1}
    assert all(done == sorted(done) for done in handler.done.values())
    assert sum(map(len, handler.done.values())) == MESSAGES and queue.depth == queue.visible == 0
    assert 1 < handler.most <= 12  # no more than there are groups


def test_a_standard_queue_has_no_groups() -> None:
    handler, queue = through(StandardQueue, on_demand(50))
    assert max(handler.together.values()) > 1
    assert sum(map(len, handler.done.values())) == MESSAGES and queue.depth == queue.visible == 0


def test_lambda_begins_with_five_batches_at_once() -> None:
    assert through(StandardQueue, on_demand(5))[0].most == 5
    assert on_demand(2).first == 2 and on_demand(2000).most == 1250


def test_provisioned_pollers_are_there_from_the_beginning() -> None:
    assert provisioned(2, 20) == Pollers(20, 200, 1000 / 60, 20.0)
    assert through(StandardQueue, provisioned(2, 2))[0].most > 5


def test_a_provisioned_poller_receives_ten_batches_a_second() -> None:
    env = Environment()
    queue = StandardQueue(env)
    settings = replace(pipeline.queues()["intake"], window=0, batch=10)
    mapping = EventSourceMapping(env, queue, settings, provisioned(2, 2), Handler(env).handle, lambda: 0.0)
    queue.put([Message("request.submitted", Request(number, 0, 0.0), "g") for number in range(5000)], 0.0)
    env.run(5)
    assert 110 <= mapping.batches <= 20 + 5 * 20  # a second's worth at once, then twenty a second
