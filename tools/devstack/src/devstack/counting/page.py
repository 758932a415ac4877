"""docs/understand/cost.md: what requests cost, from what was counted."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from string import Template

from devstack.counting import keys, monthly, prices
from devstack.counting.bill import SERVICES, Bill, Run, bill, queues_of
from devstack.counting.peer import IDEMPOTENCY_WRITES, charge_of, charge_of_peer
from devstack.counting.table import lines
from devstack.reference.markdown import table
from devstack.scale.pipeline import receivers

PAGE = Template(Path(__file__).with_name("page.txt").read_text())
IDEMPOTENT = 3  # functions whose effect has to happen once


def text(runs: Sequence[Run]) -> str:
    single, largest = runs[0], runs[-1]
    return PAGE.substitute(
        requests=largest.requests,
        bills=by_service({f"batches of {run.batch}": bill(run) for run in runs}, SERVICES),
        peers=peers(runs),
        savings=table(["choice", "without it", "saves"], savings(single, largest)),
        idle=by_month(monthly.idle()),
        busy=by_month(monthly.busy()),
        records=f"{records(largest):.1f}",
        batches=", ".join(f"{name} {handled(largest, name):.1f}" for name in largest.counted),
        table="\n".join(lines(largest.counted, largest.requests)),
        prices=listed(),
    )


def by_month(lines: Iterable[monthly.Line]) -> str:
    return table(["", "dollars a month", "why"], [[line.what, f"{line.dollars:.2f}", line.why] for line in lines])


def listed() -> str:
    """The list prices."""
    return table(["dollars", "for", "source"], [[f"{price.listed:g}", price.of, f"<{price.source}>"] for price in prices.ALL])


def by_service(bills: dict[str, Bill], services: Iterable[str]) -> str:
    rows = [[service, *(f"{one[service]:.2f}" for one in bills.values())] for service in services]
    totals = ["**all**", *(f"**{sum(one.values()):.2f}**" for one in bills.values())]
    return table(["", *bills], [*rows, totals])


def peers(runs: Sequence[Run]) -> str:
    bills = {}
    for run in runs:
        bills[f"ours, {run.batch}"] = charge_of(run)
        bills[f"peer, {run.batch}"] = charge_of_peer(run)
    return by_service(bills, charge_of(runs[0]))


def savings(single: Run, largest: Run) -> Iterator[list[str]]:
    published = sum(counts.events.total() for counts in largest.counted.values())
    calls = sum(counts.calls["sns.PublishBatch"] for counts in largest.counted.values())
    yield saving("batches of ten records", "one record a batch", sum(bill(single).values()) - sum(bill(largest).values()))
    yield saving("one publish a batch", "one a record", largest.each(published - calls) * prices.PUBLISH.million)
    writes = round(IDEMPOTENT * IDEMPOTENCY_WRITES)
    yield saving(
        "the item is its memory", f"idempotency items, {writes} writes in {IDEMPOTENT} functions", writes * prices.WRITE.million
    )
    yield [
        "data keys used for an hour",
        "for 5 minutes",
        f"{keys.of_queues(keys.DEFAULT_REUSE) - keys.of_queues(keys.reuse()):.2f} a month",
    ]
    yield [
        "raw delivery",
        "SNS's wrapping around each event",
        "0: SNS bills what is published; it saves the functions reading it twice",
    ]


def saving(choice: str, without: str, dollars: float) -> list[str]:
    return [choice, without, f"{dollars:.2f}"]


def records(run: Run) -> float:
    received = sum(received_by(run, name) for name in run.counted)
    return received / sum(counts.invocations for counts in run.counted.values())


def handled(run: Run, function: str) -> float:
    return received_by(run, function) / run.counted[function].invocations


def received_by(run: Run, function: str) -> float:
    """The records that a function was handed: of the topic's subscriptions, and the requests themselves."""
    own = set(queues_of(function))
    delivered = sum(
        number
        for counts in run.counted.values()
        for kind, number in counts.events.items()
        for queue in receivers(kind)
        if queue in own
    )
    return delivered + (run.requests if "intake" in own else 0)
