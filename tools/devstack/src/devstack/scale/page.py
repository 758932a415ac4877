"""docs/understand/scale.md: the model's answers."""

from pathlib import Path
from string import Template

from devstack.reference.markdown import table
from devstack.scale import assumptions, bounds, computed, limits, scenarios, tables
from devstack.scale.results import Results
from devstack.scale.run import Result
from devstack.scale.units import EVENTS
from devstack.scale.wording import GOAL, span, verdict
from devstack.scale.work import Work

PAGE = Template(Path(__file__).with_name("page.txt").read_text())


def text(results: Results) -> str:
    spike, end = results.spike, 120.0
    return PAGE.substitute(
        answers=answers(results),
        burst=f"{scenarios.BURST:,}",
        latencies=tables.latencies(results),
        texts=f"{limits.TEXTS.value:g}",
        bounds=computed.bounds_table(computed.all_bounds()),
        loads=tables.loads(results),
        table_writes=f"{limits.TABLE_WRITES.value:,.0f}",
        partner_bounds=computed.bounds_table(bounds.of_partner(Work())),
        hot=tables.hot(results),
        scanned=f"{limits.SCANNED.value:,.0f}",
        blocked=span(limits.SCANNED.value / 20),
        spike_p99=span(spike.quantile(0.99, 60, end)),
        spike_after=span(spike.quantile(0.99, end)),
        spike_statistics=f"{max(spike.depths['statistics']):,}",
        backlogs=tables.backlogs(results),
        recoveries=tables.recoveries(results),
        dead_letters=tables.dead_letters(results),
        provisioned=tables.provisioned_pollers(results),
        topic=f"{limits.PUBLISHED.value / EVENTS:,.0f}",
        stacks=computed.stacks(),
        assumptions=assumptions.text(),
    )


def answers(results: Results) -> str:
    found = computed.all_bounds()
    first, inside = found[0], next(one for one in found if one.resource.startswith(("mapping", "table")))
    slowest = min(bounds.of_partner(Work()), key=lambda one: one.per_second)
    rows = [
        ["A customer is told, idle", told(results.idle, "the goal of a second is ")],
        [f"…of a burst of {scenarios.BURST:,}, by push", told(results.bursts["push"])],
        ["…by push, with provisioned pollers and tables that are used to it", told(results.bursts["push, 10 provisioned pollers, warm tables"])],
        ["…by text", told(results.bursts["texts"])],
        [
            "What saturates first",
            f"{first.resource}, at {first.per_second:,.0f} requests a second; inside the stack the {inside.resource}, at {inside.per_second:,.0f}",
        ],
        ["What one partner bears", f"{slowest.per_second:,.0f} requests a second, by {slowest.resource}"],
        [
            "Retries that keep an overload up",
            f"{'none found' if all(one.after < 2 * GOAL for one in results.recoveries) else '**found**'}; a limit of the design is [below](#retries-that-feed-on-each-other)",
        ],
    ]
    return table(["question", "answer"], rows)


def told(one: Result, goal: str = "") -> str:
    middle, most = one.quantile(0.5), one.quantile(0.99)
    return f"half within {span(middle)}, 99 % within {span(most)}: {goal}{verdict(most)}"
