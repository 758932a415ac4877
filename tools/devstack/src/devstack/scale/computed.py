"""The tables of the page that follow from limits and times alone, without a run."""

import math
from collections.abc import Iterable

from devstack.reference.markdown import table
from devstack.scale import bounds, limits
from devstack.scale.units import EVENTS
from devstack.scale.work import Work


def all_bounds() -> list[bounds.Bound]:
    work = Work()
    found = [*bounds.of_mappings(work), *bounds.of_tables(limits.TABLE_WRITES.value, ", new"), *bounds.of_account(work)]
    return sorted(found, key=lambda one: one.per_second)


def bounds_table(found: Iterable[bounds.Bound]) -> str:
    return table(["resource", "requests a second", "why"], [[one.resource, f"{one.per_second:,.0f}", one.why] for one in found])


def stacks() -> str:
    bound = limits.PUBLISHED.value / EVENTS
    busy = bounds.of_a_request(Work())
    rows = []
    for rate in (100, 1_000, 10_000, 100_000):
        notification = rate / 10 * bounds.invocations(Work(), 10)["notification"]
        rows.append(
            [
                f"{rate:,}",
                str(math.ceil(rate / bound)),
                f"{rate * busy:,.0f}",
                f"{notification:,.0f}",
                f"{rate / limits.TEXTS.value:,.0f} times",
            ]
        )
    return table(
        [
            "requests a second",
            "stacks, each in an account or region of its own",
            "invocations at once, all functions",
            "of them notification's",
            "text quota to ask for",
        ],
        rows,
    )
