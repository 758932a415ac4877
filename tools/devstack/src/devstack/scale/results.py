"""All runs of which the page tells, each made once."""

from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from devstack.console import log
from devstack.scale import scenarios
from devstack.scale.conditions import PUSH, TEXTS, Conditions
from devstack.scale.run import Result

LATER = {"a minute": 60.0, "2 minutes": 120.0, "2 hours": 2 * scenarios.HOUR}


class Recovery(NamedTuple):
    """A run with a trigger that ends at a time, how much later all should be as before, and the work that is counted."""

    trigger: str
    result: Result
    end: float
    later: str
    work: str

    @property
    def after(self) -> float:
        """The time that 99 % of the later requests take."""
        return self.result.quantile(0.99, self.end + LATER[self.later])


class Results:
    """Runs are made when they are asked for."""

    @cached_property
    def idle(self) -> Result:
        return scenarios.idle()

    @cached_property
    def bursts(self) -> dict[str, Result]:
        slow = replace(PUSH, latencies=PUSH.latencies.slower(2))
        many = replace(scenarios.WARM, pollers=scenarios.pollers(10))
        named = {
            "push": PUSH,
            "texts": TEXTS,
            "push, all that is assumed twice as slow": slow,
            "push, 10 provisioned pollers, warm tables": many,
        }
        skewed = {name: scenarios.burst(conditions) for name, conditions in named.items()}
        return skewed | {"the same, not skewed": scenarios.burst(many, skewed=False)}

    @cached_property
    def loads(self) -> dict[float, Result]:
        log("scale: more and more load")
        return {rate: scenarios.load(rate) for rate in (100, 200, 400, 500, 600, 800)}

    @cached_property
    def partners(self) -> dict[float, Result]:
        return {rate: scenarios.hot_partner(rate) for rate in (25, 50, 75)}

    @cached_property
    def regions(self) -> dict[float, Result]:
        return {rate: scenarios.hot_region(rate) for rate in (100, 200, 300)}

    @cached_property
    def spike(self) -> Result:
        log("scale: a spike")
        return scenarios.spike()

    @cached_property
    def backlogs(self) -> dict[str, Result]:
        log("scale: an hour without polling")
        return {"push, 5 requests a second": scenarios.backlog(PUSH, 5), "texts, 5 requests a second": scenarios.backlog(TEXTS, 5)}

    @cached_property
    def recoveries(self) -> list[Recovery]:
        log("scale: outages")
        end = scenarios.OUTAGE[1]
        return [
            Recovery("ten times the load for a minute", self.spike, 120.0, "a minute", "failed"),
            Recovery("six times a partner's load for a minute", scenarios.hot_partner_spike(), 120.0, "2 minutes", "conflicts"),
            Recovery("matching's table refuses writes for 5 minutes", self.outages["matching"], end, "a minute", "failed"),
            Recovery("no send is answered for 5 minutes", self.outages["sends"], end, "a minute", "sends"),
            Recovery(
                "three times the partners' capacity for an hour", scenarios.no_capacity(), scenarios.HOUR, "2 hours", "decisions"
            ),
        ]

    @cached_property
    def outages(self) -> dict[str, Result]:
        return {of: scenarios.outage(of) for of in ("matching", "sends")}

    @cached_property
    def texts(self) -> dict[float, Result]:
        log("scale: more texts than the quota sends")
        return {hours: scenarios.many_texts(hours) for hours in (2, 4)}

    @cached_property
    def provisioned(self) -> dict[tuple[int, bool], Result]:
        """By the fewest pollers of a queue, and whether the tables are warm."""
        cases = [(minimum, warm) for warm in (False, True) for minimum in (0, 2, 5, 10)]
        return {(minimum, warm): self.burst_with(minimum, scenarios.WARM if warm else PUSH) for minimum, warm in cases}

    def burst_with(self, minimum: int, conditions: Conditions) -> Result:
        return scenarios.burst(replace(conditions, pollers=scenarios.pollers(minimum)) if minimum else conditions)
