"""What one stack bears, computed: for each resource the requests a second at which it is used up."""

from typing import NamedTuple

from devstack.scale import limits, pipeline
from devstack.scale.functions.points import CHARGES_OF_A_TRANSACTION
from devstack.scale.units import ACCOUNT, EVENTS, INDEXED, UNITS
from devstack.scale.work import Work

PARTNER_EVENTS = 2  # of these in the partner's message group


class Bound(NamedTuple):
    """Requests a second that a resource bears, and how that follows."""

    resource: str
    per_second: float
    why: str


def durations(work: Work, batch: int) -> dict[str, float]:
    """How long a poller is busy with a batch of a queue, on average: until it is deleted."""
    return {name: time + work.deletion.mean() for name, time in invocations(work, batch).items()}


def invocations(work: Work, batch: int) -> dict[str, float]:
    """How long an invocation takes on average, with a batch of a queue whose records are of different partners."""
    read, write, transaction, send = (one.mean(batch) for one in (work.read, work.write, work.transaction, work.send))
    publish = work.publish.mean()
    calls = {
        "intake": transaction + publish,
        "outcomes": read + write,
        "points": transaction + publish,
        "notification": 2 * write + send + publish,
        "statistics": work.transaction.mean(),
    }
    settings = pipeline.queues()
    each = {"statistics": work.cpu_counted}
    return {name: work.cpu(settings[name].memory, batch, each.get(name)) + time for name, time in calls.items()}


def of_a_request(work: Work) -> float:
    """Seconds that a request's invocations take in all, in batches of ten, in statistics' own of its size."""
    of_ten = invocations(work, 10)
    size = pipeline.queues()["statistics"].batch
    counted = EVENTS * invocations(work, size)["statistics"] / size
    return counted + sum(of_ten[name] / 10 for name in ("intake", "outcomes", "points", "notification"))


def of_mappings(work: Work) -> list[Bound]:
    found = []
    for name, settings in pipeline.queues().items():
        if name in ("partners", "deferred"):
            continue
        seconds = durations(work, settings.batch)[name]
        events = EVENTS if name == "statistics" else 1
        why = f"{settings.concurrency} batches of {settings.batch} at once, {seconds * 1e3:.0f} ms each"
        found.append(Bound(f"mapping of {name}", settings.concurrency * settings.batch / seconds / events, why))
    return found


def of_tables(table_writes: float, what: str) -> list[Bound]:
    units = {
        "matching": (UNITS["decision"] + UNITS["confirmation"], ""),
        "ledger": (UNITS["charge"] - INDEXED, " without its index, whose units are its own"),
        "notification": (UNITS["told"], ""),
        "statistics": (EVENTS * UNITS["event"], " in batches of ten, fewer in larger ones"),
    }
    why = f"{table_writes:,.0f} write units a second{what}"
    return [Bound(f"table of {name}", table_writes / each, f"{why}, {each:.3g} a request{how}") for name, (each, how) in units.items()]


def of_account(work: Work) -> list[Bound]:
    busy = of_a_request(work)
    return [
        Bound("text messages", limits.TEXTS.value, "the account's quota, before a raise"),
        Bound("topic", limits.PUBLISHED.value / EVENTS, f"{limits.PUBLISHED.value:,.0f} messages a second, {EVENTS} a request"),
        Bound(
            "Lambda",
            limits.CONCURRENCY.value / busy,
            f"{limits.CONCURRENCY.value:,.0f} invocations at once, {busy * 1e3:.0f} ms of them a request",
        ),
        Bound(
            "a FIFO queue",
            limits.FIFO_CALLS.value,
            f"{limits.FIFO_CALLS.value:,.0f} calls a second, one a request unless the producer sends batches",
        ),
    ]


def of_partner(work: Work) -> list[Bound]:
    settings = pipeline.queues()["points"]
    charges = -(-settings.batch // CHARGES_OF_A_TRANSACTION)
    around = work.cpu(settings.memory, settings.batch) + work.deletion.mean()
    cycle = around + charges * work.transaction.mean() + work.publish.mean()
    confirmation = around + settings.batch * (work.read.mean() + work.write.mean())
    return [
        Bound("its claims", 1 / work.transaction.mean(), "its item is in one transaction at a time"),
        Bound("its charges", settings.batch / cycle, f"one batch of {settings.batch} at a time, {cycle * 1e3:.0f} ms each"),
        Bound(
            "its confirmations",
            settings.batch / confirmation,
            f"one batch of {settings.batch} at a time, {confirmation * 1e3:.0f} ms each",
        ),
        Bound(
            "its account",
            limits.PARTITION_WRITES.value / ACCOUNT,
            f"{limits.PARTITION_WRITES.value:,.0f} write units a second of one key, {ACCOUNT:g} a transaction, if each has one charge",
        ),
        Bound(
            "its message group",
            limits.PUBLISHED_A_GROUP.value / PARTNER_EVENTS,
            f"{limits.PUBLISHED_A_GROUP.value:g} messages a second, {PARTNER_EVENTS} a request",
        ),
    ]
