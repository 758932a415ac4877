"""One run of the model: requests arrive, the stack works, and what is to be known of it is written down."""

import math
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from random import Random

from simpy import Environment, Event

from devstack.scale.conditions import Conditions
from devstack.scale.queues import Request
from devstack.scale.stack import Stack

Arrival = tuple[float, int]  # when (seconds), and in which region


@dataclass
class Result:
    """What came of a run. Times are in seconds since it began."""

    requests: list[Request]
    counts: Counter[str]
    environments: Counter[str]
    times: list[float] = field(default_factory=list)
    depths: dict[str, list[int]] = field(default_factory=dict)  # by queue, at these times

    def waits(self, first: float = 0.0, last: float = math.inf) -> list[float]:
        """From submission to the send, sorted, of the requests submitted between these times and told."""
        return sorted(one.told - one.submitted for one in self.requests if one.told is not None and first <= one.submitted < last)

    def quantile(self, share: float, first: float = 0.0, last: float = math.inf) -> float:
        return quantile(self.waits(first, last), share)

    def told_between(self, first: float, last: float) -> int:
        return sum(one.told is not None and first <= one.told < last for one in self.requests)

    def drained(self, queue: str, after: float) -> float:
        """When a queue has no more than ten messages for the first time from then on."""
        few = (time for time, depth in zip(self.times, self.depths[queue], strict=True) if time >= after and depth <= 10)
        return next(few, math.nan)

    def caught_up(self, after: float) -> float:
        """From when on every request is told within two seconds."""
        late = [
            one.submitted for one in self.requests if one.submitted >= after and (one.told is None or one.told - one.submitted > 2)
        ]
        return max(late, default=after)

    def last_of(self, before: float) -> float:
        """When the last of the requests that were submitted before then is told."""
        return max((one.told for one in self.requests if one.told is not None and one.submitted < before), default=math.nan)

    @property
    def longest_queue(self) -> str:
        longest = {queue: max(depths) for queue, depths in self.depths.items()}
        queue = max(longest, key=lambda name: longest[name])
        return f"{queue}, {longest[queue]:,}"

    @property
    def untold(self) -> int:
        return sum(one.told is None for one in self.requests)

    @property
    def last_told(self) -> float:
        return max((one.told for one in self.requests if one.told is not None), default=math.nan)


def quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def run(conditions: Conditions, arrivals: Iterable[Arrival], until: float, sample: float = 1.0) -> Result:
    env = Environment()
    stack = Stack(env, conditions)
    result = Result([], stack.counts, stack.environments)
    env.process(submit(env, stack, arrivals, result.requests))
    env.process(watch(env, stack, result, sample))
    if conditions.outage.of == "pollers":
        env.process(pause(env, stack))
    env.run(until)
    return result


def submit(env: Environment, stack: Stack, arrivals: Iterable[Arrival], requests: list[Request]) -> Generator[Event, None, None]:
    for number, (at, region) in enumerate(arrivals):
        if at > env.now:
            yield env.timeout(at - env.now)
        requests.append(Request(number, region, env.now))
        stack.submit(requests[-1])


def watch(env: Environment, stack: Stack, result: Result, sample: float) -> Generator[Event, None, None]:
    while True:
        result.times.append(env.now)
        for name, queue in stack.queues.items():
            result.depths.setdefault(name, []).append(queue.depth)
        yield env.timeout(sample)


def pause(env: Environment, stack: Stack) -> Generator[Event, None, None]:
    """No queue is polled for a while."""
    outage = stack.conditions.outage
    yield env.timeout(outage.start)
    for mapping in stack.mappings.values():
        mapping.stop()
    yield env.timeout(outage.end - outage.start)
    for mapping in stack.mappings.values():
        mapping.start()


def at_once(count: int, conditions: Conditions, skewed: bool = True) -> list[Arrival]:
    pick = regions(conditions, skewed)
    return [(0.0, pick()) for _ in range(count)]


def steady(rate: float | Callable[[float], float], seconds: float, conditions: Conditions, skewed: bool = True) -> list[Arrival]:
    """Poisson arrivals at a rate, which may change with time."""
    random, pick = Random(conditions.seed + 1), regions(conditions, skewed)
    rate_at = rate if callable(rate) else lambda _: rate
    arrivals, now = [], 0.0
    while (now := now + random.expovariate(rate_at(now))) < seconds:
        arrivals.append((now, pick()))
    return arrivals


def regions(conditions: Conditions, skewed: bool) -> Callable[[], int]:
    """A function that draws a region at each call, the same ones for the same seed: if skewed, by Zipf's law (the second half as often as
    the first, the third a third as often, and so on), else each as often as any other."""
    random, count = Random(conditions.seed + 2), conditions.regions
    weights = [1 / (rank + 1) if skewed else 1.0 for rank in range(count)]
    cumulative = [sum(weights[: place + 1]) for place in range(count)]
    return lambda: random.choices(range(count), cum_weights=cumulative)[0]
