"""docs/understand/cost.md: what requests cost, from what was counted."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from string import Template

from devstack.counting import keys, month, monthly, prices, records
from devstack.counting.bill import SERVICES, Bill, Run, bill
from devstack.counting.peer import IDEMPOTENCY_WRITES, charge_of, charge_of_peer
from devstack.counting.table import lines
from devstack.reference.markdown import table

PAGE = Template(Path(__file__).with_name("page.txt").read_text())
MINUTE = 60.0  # seconds
IDEMPOTENT = 3  # functions whose effect has to happen once


def text(runs: Sequence[Run]) -> str:
    single, largest = runs[0], runs[-1]
    return PAGE.substitute(
        requests=largest.requests,
        month=month.text(runs),
        least=f"{total(largest):.2f}",
        part=f"{prices.TEXT_PART.listed:g}",
        parts=f"{prices.TEXT_PART.million:,.0f}",
        texts=prices.TEXTS,
        texts_to_japan=prices.TEXTS_TO_JAPAN,
        bills=by_service({f"batches of {run.batch}": bill(run) for run in runs}, SERVICES),
        peers=peers(runs),
        apart=f"{apart(single, largest):.2f}",
        savings=table(["choice", "without it", "saves"], savings(single, largest)),
        index=f"{prices.WRITE.million:g}",
        read=f"{prices.READ.million:g}",
        free=f"{monthly.free_polls():.2f}",
        idle=by_month(monthly.idle()),
        busy=by_month([*monthly.busy(), *monthly.hourly()]),
        records=f"{records.a_batch(largest):.1f}",
        batches=", ".join(f"{name} {records.a_batch_of(largest, name):.1f}" for name in largest.counted),
        table="\n".join(lines(largest.counted, largest.requests)),
        prices=listed(),
    )


def by_month(lines: Iterable[monthly.Line]) -> str:
    known = list(lines)
    rows = [[line.what, f"{line.dollars:.2f}", line.why] for line in known]
    return table(["", "dollars a month", "why"], [*rows, ["**all**", f"**{month.all_of(known):.2f}**", ""]])


def listed() -> str:
    """The list prices."""
    return table(["dollars", "for", "source"], [[f"{price.listed:g}", price.of, f"<{price.source}>"] for price in prices.ALL])


def by_service(bills: dict[str, Bill], services: Iterable[str]) -> str:
    rows = [[service, *(f"{one[service]:.2f}" for one in bills.values())] for service in services]
    totals = ["**all**", *(f"**{sum(one.values()):.2f}**" for one in bills.values())]
    return table(["", *bills], [*rows, totals])


def peers(runs: Sequence[Run]) -> str:
    rows = [
        [f"{run.batch}", name, *(f"{one:.2f}" for one in dollars.values()), f"**{sum(dollars.values()):.2f}**"]
        for run in runs
        for name, dollars in charges(run).items()
    ]
    return table(["batches of", "a charge by", *charge_of(runs[0]), "**all**"], rows)


def apart(single: Run, largest: Run) -> float:
    """A million of our charges in the largest batches, if no two of a batch are of one partner: each writes as much as one alone."""
    return sum((charge_of(largest) | {"DynamoDB": charge_of(single)["DynamoDB"]}).values())


def charges(run: Run) -> dict[str, Bill]:
    return {
        "points": charge_of(run),
        "the peer": charge_of_peer(run, idempotent=False),
        "the peer with idempotency": charge_of_peer(run, idempotent=True),
    }


def savings(single: Run, largest: Run) -> Iterator[list[str]]:
    published = sum(counts.events.total() for counts in largest.counted.values())
    calls = sum(counts.calls["sns.PublishBatch"] for counts in largest.counted.values())
    yield saving("batches of ten records", "one record a batch", total(single) - total(largest))
    yield saving("one publish a batch", "one a record", largest.each(published - calls) * prices.PUBLISH.million)
    writes = round(IDEMPOTENT * IDEMPOTENCY_WRITES)
    yield saving(
        "an item keeps what was decided, so a repeat is known by it",
        f"an idempotency item besides, put and updated, in {IDEMPOTENT} functions",
        writes * prices.WRITE.million,
    )
    yield [
        f"SQS asks KMS for a new key to encrypt messages with after {keys.reuse() / MINUTE:g} minutes",
        f"after {keys.DEFAULT_REUSE / MINUTE:g}, its default",
        f"{keys.of_queues(keys.DEFAULT_REUSE) - keys.of_queues(keys.reuse()):.2f} a month",
    ]
    yield [
        "the topic delivers events as they are (raw delivery)",
        "SNS's wrapping around each event",
        "0: SNS bills what is published; it saves the functions reading it twice",
    ]


def total(run: Run) -> float:
    return sum(bill(run).values())


def saving(choice: str, without: str, dollars: float) -> list[str]:
    return [choice, without, f"{dollars:.2f}"]
