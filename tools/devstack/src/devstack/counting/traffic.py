"""How full batches are when so many requests come in a month, at random times: by the model of scale, with its settings as deployed."""

from collections import Counter
from collections.abc import Sequence
from functools import cache

from simpy import Environment

from devstack.counting.bill import Bill, Run, part, submitting, together
from devstack.counting.prices import MONTH
from devstack.counting.records import a_batch_of
from devstack.scale.conditions import PUSH
from devstack.scale.run import steady, submit
from devstack.scale.stack import Stack

ARRIVALS = 500  # at least, that are simulated
SECONDS = 120.0  # at least
LEFT = 30.0  # seconds until the last requests are counted, too


@cache
def batches(a_month: float) -> dict[str, float]:
    """Records a batch, by function."""
    rate = a_month / MONTH
    time = max(SECONDS, ARRIVALS / rate)
    env = Environment()
    stack = Stack(env, PUSH)
    env.process(submit(env, stack, steady(rate, time, PUSH), []))
    env.run(time + LEFT)
    records, made = Counter[str](), Counter[str]()
    for mapping in stack.mappings.values():
        records[mapping.settings.function] += mapping.records
        made[mapping.settings.function] += mapping.batches
    return {function: records[function] / made[function] for function in made}


def bill_at(a_month: float, runs: Sequence[Run]) -> Bill:
    """Dollars for a million requests, each function's as counted in the run whose batches are the nearest to the model's."""
    modelled = batches(a_month)

    def nearest(function: str) -> Run:
        return min(runs, key=lambda run: abs(a_batch_of(run, function) - modelled[function]))

    return together([submitting(runs[0]), *(part(nearest(function), function) for function in runs[0].counted)])
