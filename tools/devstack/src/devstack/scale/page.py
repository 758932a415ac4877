"""docs/understand/scale.md: the model's answers."""

import math
from collections.abc import Iterable
from pathlib import Path
from string import Template

from devstack.counting.prices import HOURS_A_MONTH
from devstack.reference.markdown import table
from devstack.scale import assumptions, bounds, limits, scenarios
from devstack.scale.pollers import provisioned
from devstack.scale.results import Results
from devstack.scale.run import Result
from devstack.scale.work import Work

PAGE = Template(Path(__file__).with_name("page.txt").read_text())
GOAL = 1.0  # second


def text(results: Results) -> str:
    spike, end = results.spike, 120.0
    return PAGE.substitute(
        answers=answers(results),
        burst=f"{scenarios.BURST:,}",
        latencies=latencies(results),
        texts=f"{limits.TEXTS.value:g}",
        bounds=bounds_table(all_bounds()),
        loads=loads(results),
        table_writes=f"{limits.TABLE_WRITES.value:,.0f}",
        partner_bounds=bounds_table(bounds.of_partner(Work())),
        hot=hot(results),
        scanned=f"{limits.SCANNED.value:,.0f}",
        blocked=span(limits.SCANNED.value / 20),
        spike_p99=span(spike.quantile(0.99, 60, end)),
        spike_after=span(spike.quantile(0.99, end)),
        spike_statistics=f"{max(spike.depths['statistics']):,}",
        backlogs=backlogs(results),
        recoveries=recoveries(results),
        dead_letters=dead_letters(results),
        provisioned=provisioned_pollers(results),
        topic=f"{limits.PUBLISHED.value / bounds.EVENTS:,.0f}",
        stacks=stacks(),
        assumptions=assumptions.text(),
    )


def span(seconds: float) -> str:
    """A time as people read it: two digits, and a unit."""
    if seconds < 0.995:
        return f"{seconds * 1e3:.0f} ms"
    if seconds < 120:
        return f"{seconds:.2g} s" if seconds < 99.5 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def verdict(seconds: float) -> str:
    return "met" if seconds <= GOAL else "missed"


def answers(results: Results) -> str:
    first = all_bounds()[0]
    inside = next(one for one in all_bounds() if one.resource.startswith(("mapping", "table")))
    push, texts, idle = results.bursts["push"], results.bursts["texts"], results.idle
    rows = [
        [
            "A customer is told, idle",
            f"half within {span(idle.quantile(0.5))}, 99 % within {span(idle.quantile(0.99))}: the goal of a second is {verdict(idle.quantile(0.99))}",
        ],
        [
            f"…of a burst of {scenarios.BURST:,}, by push",
            f"half within {span(push.quantile(0.5))}, 99 % within {span(push.quantile(0.99))}: {verdict(push.quantile(0.99))}",
        ],
        [
            "…by text",
            f"half within {span(texts.quantile(0.5))}, 99 % within {span(texts.quantile(0.99))}: {verdict(texts.quantile(0.99))}",
        ],
        [
            "What saturates first",
            f"{first.resource}, at {first.per_second:,.0f} requests a second; inside the stack the {inside.resource}, at {inside.per_second:,.0f}",
        ],
        [
            "Retries that keep an overload up",
            f"{'none found' if all(one.after < 2 * GOAL for one in results.recoveries) else '**found**'}; a limit of the design is [below](#retries-that-feed-on-each-other)",
        ],
    ]
    return table(["question", "answer"], rows)


def latencies(results: Results) -> str:
    named = {"idle": results.idle} | {f"burst, {name}": one for name, one in results.bursts.items()}
    rows = [
        [name, str(len(one.requests)), *(span(one.quantile(share)) for share in (0.5, 0.95, 0.99, 1)), verdict(one.quantile(0.99))]
        for name, one in named.items()
    ]
    return table(["", "requests", "median", "95 %", "99 %", "slowest", "goal for 99 %"], rows)


def all_bounds() -> list[bounds.Bound]:
    work = Work()
    found = [*bounds.of_mappings(work), *bounds.of_tables(limits.TABLE_WRITES.value, ", new"), *bounds.of_account(work)]
    return sorted(found, key=lambda one: one.per_second)


def bounds_table(found: Iterable[bounds.Bound]) -> str:
    return table(["resource", "requests a second", "why"], [[one.resource, f"{one.per_second:,.0f}", one.why] for one in found])


def loads(results: Results) -> str:
    rows = [
        [
            f"{rate:g}",
            f"{one.told_between(10, 30) / 20:.0f}",
            span(one.quantile(0.5, 10)),
            span(one.quantile(0.99, 10)),
            one.longest_queue,
        ]
        for rate, one in results.loads.items()
    ]
    return table(["requests a second", "told a second", "median", "99 %", "longest queue"], rows)


def hot(results: Results) -> str:
    named = {f"a partner, {rate:g} a second": one for rate, one in results.partners.items()} | {
        f"a region, {rate:g} a second": one for rate, one in results.regions.items()
    }
    rows = [
        [
            name,
            span(one.quantile(0.5)),
            span(one.quantile(0.99)),
            f"{one.counts['conflicts'] / len(one.requests):.1f}",
            span(one.last_told - 60),
        ]
        for name, one in named.items()
    ]
    return table(["", "median", "99 %", "conflicts a request", "the last is told after the minute"], rows)


def backlogs(results: Results) -> str:
    rows = []
    for name, one in results.backlogs.items():
        waiting = sum(request.submitted < scenarios.HOUR for request in one.requests)
        rows.append(
            [
                name,
                f"{waiting:,}",
                span(one.drained("intake", scenarios.HOUR) - scenarios.HOUR),
                span(one.caught_up(scenarios.HOUR) - scenarios.HOUR),
            ]
        )
    return table(["", "requests that wait", "all are matched after", "new requests are told as ever after"], rows)


def recoveries(results: Results) -> str:
    rows = []
    for one in results.recoveries:
        each = one.result.counts[one.work] / len(one.result.requests)
        last = max(0.0, one.result.last_of(one.end) - one.end)
        rows.append(
            [
                one.trigger,
                span(one.result.quantile(0.99, 0, 60)),
                f"{span(one.after)}, {one.later} later",
                span(last),
                f"{each:.1f} {one.work}",
            ]
        )
    return table(
        ["trigger", "99 % before", "99 % after its end", "the last of those before is told after its end", "a request"], rows
    )


def dead_letters(results: Results) -> str:
    rows = [
        [
            f"{hours:g}",
            f"{len(one.requests):,}",
            f"{one.counts['dead letters']:,}",
            span(one.last_told),
            f"{one.counts['sends'] / len(one.requests):.1f}",
        ]
        for hours, one in results.texts.items()
    ]
    return table(
        [
            "hours that the quota needs for them",
            "texts (at a twentieth of the quota)",
            "dead letters",
            "the last is sent after",
            "attempts of a text",
        ],
        rows,
    )


def provisioned_pollers(results: Results) -> str:
    rows = []
    for (minimum, warm), one in results.provisioned.items():
        name = f"{minimum} a queue ({provisioned(minimum, minimum).first} batches at once)" if minimum else "none"
        dollars = minimum * len(scenarios.TOLD) * limits.POLLER_PRICE.value * HOURS_A_MONTH
        rows.append([name, "warm" if warm else "new", *told_of(one), f"{dollars:.0f}"])
    return table(["pollers", "tables", "median", "99 %", "slowest", "dollars a month"], rows)


def told_of(one: Result) -> list[str]:
    return [span(one.quantile(share)) for share in (0.5, 0.99, 1)]


def stacks() -> str:
    bound = limits.PUBLISHED.value / bounds.EVENTS
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
