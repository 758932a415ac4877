"""The runs of which the page tells."""

from collections.abc import Mapping
from dataclasses import replace

from devstack.scale import limits
from devstack.scale.conditions import PUSH, TEXTS, Conditions, Outage
from devstack.scale.pollers import Pollers, provisioned
from devstack.scale.run import Result, at_once, run, steady

BURST = 2000
WARM = replace(PUSH, table_writes=limits.TABLE_QUOTA.value)
TOLD = ("intake", "notification")  # the queues between a submission and the send
HOUR = 3600.0
OUTAGE = (60.0, 360.0)


def pollers(minimum: int) -> Mapping[str, Pollers]:
    return {queue: provisioned(minimum, minimum) for queue in TOLD}


def idle(conditions: Conditions = PUSH) -> Result:
    return run(conditions, steady(1, 600, conditions), 660)


def burst(conditions: Conditions, skewed: bool = True) -> Result:
    return run(conditions, at_once(BURST, conditions, skewed), 600, sample=0.1)


def load(rate: float) -> Result:
    return run(WARM, steady(rate, 30, WARM, skewed=False), 90)


def hot_partner(rate: float) -> Result:
    conditions = replace(PUSH, partners=1, partners_of_a_region=1)
    return run(conditions, steady(rate, 60, conditions), 600)


def hot_region(rate: float) -> Result:
    conditions = replace(PUSH, partners=5)
    return run(conditions, steady(rate, 60, conditions), 600)


def hot_partner_spike() -> Result:
    """Six times of what a partner gets, for a minute."""
    conditions = replace(PUSH, partners=1, partners_of_a_region=1)
    return run(conditions, steady(lambda now: 150 if 60 <= now < 120 else 25, 600, conditions), 1200)


def spike() -> Result:
    """Ten times of what there is, for a minute."""
    return run(PUSH, steady(lambda now: 400 if 60 <= now < 120 else 40, 300, PUSH), 900)


def backlog(conditions: Conditions, rate: float) -> Result:
    """Nothing is polled for an hour, and requests go on for two hours."""
    conditions = replace(conditions, outage=Outage("pollers", 0, HOUR))
    return run(conditions, steady(rate, 2 * HOUR, conditions), 3 * HOUR, sample=10)


def outage(of: str) -> Result:
    conditions = replace(PUSH, outage=Outage(of, *OUTAGE))
    return run(conditions, steady(40, 600, conditions), 1800)


def no_capacity() -> Result:
    """An hour in which three times as many requests come in as partners have capacity for."""
    conditions = replace(PUSH, partners=40, capacity=10, work=HOUR / 2)
    return run(
        conditions, steady(lambda now: 0.6 if now < HOUR else 0.1, 3.5 * HOUR, conditions, skewed=False), 4.5 * HOUR, sample=10
    )


def many_texts(hours: float) -> Result:
    """So many texts at once that the quota sends them in these hours; with a twentieth of the quota, to have less to compute."""
    conditions = replace(TEXTS, sends=TEXTS.sends / 20)
    return run(conditions, at_once(round(hours * HOUR * conditions.sends), conditions), 8 * HOUR, sample=10)
