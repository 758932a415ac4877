"""The report: what a person wants to know of the run, on one screen of plain text."""

from collections import Counter
from collections.abc import Iterator

from devstack.demo import stories, texts, timing
from devstack.demo.books import Books
from devstack.demo.deployed import Stack
from devstack.demo.run import Outcome

WIDTH = 92


def report(outcome: Outcome, books: Books, stack: Stack, run: str) -> str:
    parts = [
        _title(f"A day on {stack.name}, run {run}: {outcome.seconds:.1f} s"),
        _ends(outcome),
        _aside(outcome),
        _points(books),
        _told(outcome),
        _times(outcome),
        _stories(outcome),
    ]
    return "\n".join(line for part in parts for line in part)


def ending(stack: Stack) -> str:
    return "\n".join([*texts.where(stack), *_next(stack)])


def _title(text: str) -> Iterator[str]:
    yield f"── {text} ".ljust(WIDTH, "─")


def _row(name: str, count: int | str, remark: str = "") -> str:
    return f"  {name:<30}{count:>8}   {remark}".rstrip()


def _ends(outcome: Outcome) -> Iterator[str]:
    requests = list(outcome.journal.requests.values())
    closed = outcome.closed_after
    remarks = {
        "Confirmed": "matched, charged, still at work" + (f"; {closed} closed after this count" if closed else ""),
        "Closed": "the work is done, the partner's capacity free again",
        "Unmatched  no_partner": "nobody serves this work in this region",
        "Unmatched  no_capacity": "nobody was free in the attempts allowed",
        "waiting": "not at rest",
    }
    yield f"Requests: {outcome.journal.at_rest()} of {len(requests)} at rest"
    for state, count in sorted(outcome.states.items()):
        yield _row(state, count, remarks.get(state, ""))
    refused = sum(bool(one.of("points.rejected")) for one in requests)
    deferred = [len(one.of("request.deferred")) for one in requests if one.of("request.deferred")]
    yield _row("on the way", refused, "refused by the partner's account and matched again")
    yield _row("", len(deferred), f"found nobody free and waited, up to {max(deferred, default=0)} times")


def _aside(outcome: Outcome) -> Iterator[str]:
    sent = Counter(line.expect for line in outcome.lines)
    yield "Sent besides"
    yield _row("repeats", sent["repeat"], "no second match, charge or message")
    yield _row("of unknown type", sent["ignored"], "ignored")
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(outcome.quarantined.items()))
    yield _row("quarantined", outcome.quarantined.total(), reasons)


def _points(books: Books) -> Iterator[str]:
    refusals = ", ".join(f"{reason} {count}" for reason, count in sorted(books.refusals.items()))
    empty = sum(balance == 0 for balance in books.balances.values())
    ordered = sorted(books.balances.items(), key=lambda item: item[1], reverse=True)
    richest, poorest = ordered[:3], [item for item in ordered if item[1] > 0][-3:]
    yield "Points"
    yield _row("purchases / charges", f"{books.credits}/{books.charges}", f"refused: {refusals or 'none'}")
    yield _row(
        "accounts at zero", empty, "none below; every sequence without a gap" if not books.errors else "see below"
    )
    yield _row("highest balances", "", "  ".join(f"{name} {balance:,}" for name, balance in richest))
    yield _row("lowest above zero", "", "  ".join(f"{name} {balance:,}" for name, balance in poorest))


def _told(outcome: Outcome) -> Iterator[str]:
    events = [seen for one in outcome.journal.requests.values() for seen in one.events]
    sent = Counter(seen.data["channel"] for seen in events if seen.type == "notification.sent")
    failed = Counter(
        (seen.data["channel"], seen.data["reason"]) for seen in events if seen.type == "notification.failed"
    )
    yield "Customers told"
    yield _row("sent", sent.total(), ", ".join(f"{channel} {count}" for channel, count in sorted(sent.items())))
    reasons = ", ".join(f"{channel} {reason} {count}" for (channel, reason), count in sorted(failed.items()))
    reasons = reasons.removeprefix("none ")
    yield _row("not sent", failed.total(), reasons)


def _times(outcome: Outcome) -> Iterator[str]:
    requests = list(outcome.journal.requests.values())
    yield f"{'Submit to notification':<32}{'count':>8}{'median':>10}{'95 %':>10}{'slowest':>10}"
    spreads = {
        "by the events' times": timing.spread(timing.by_event_times(requests)),
        "as this script saw it": timing.spread(timing.by_the_clock(requests, outcome.sent_at)),
    }
    for name, one in spreads.items():
        yield f"  {name:<30}{one.count:>8}{one.median:>8.2f} s{one.most:>8.2f} s{one.slowest:>8.2f} s"


def _stories(outcome: Outcome) -> Iterator[str]:
    for title, request in stories.three(list(outcome.journal.requests.values())):
        yield f"{title}: {request.id}, {stories.place(request)}"
        yield from (f"  {line}" for line in stories.lines(request))


def _next(stack: Stack) -> Iterator[str]:
    number = (stack.endpoint or "").rpartition(":")[2]
    port = "" if number in ("", "4566") else f" PORT={number}"
    yield "Try next"
    yield f"  make local{port}    another day: new requests and purchases, the same partners"
    yield f"  make outputs{port}    queues, topic and tables, for a producer or a listener of your own"
    yield f"  make invoke{port} FUNCTION=points EVENT=events/points/mixed.json    a batch with bad records in it"
    yield "  events/README.md    what was sent; docs/README.md    to send, to receive, to read the counts"
    yield f"  make local-stop{port}    the end"
