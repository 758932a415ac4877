"""The report of a run, on one screen of plain text."""

import math
from collections import Counter
from collections.abc import Iterator

from devstack.clients.accounts import Accounts
from devstack.clients.event_log import DECISIONS, Received, RequestLog, moment
from devstack.clients.stack import Stack
from devstack.demo.operating import called
from devstack.demo.run import Result
from devstack.local.stack import LocalStack

WIDTH = 92


def report(result: Result, accounts: Accounts, stack: Stack) -> Iterator[str]:
    """What happened, which is known as soon as the run is over."""
    yield f"── A day on {stack.name}, run {result.burst.run}: {result.seconds:.1f} s ".ljust(WIDTH, "─")
    yield from states(result)
    yield from sent_besides(result)
    yield "Points"
    refusals = named(accounts.refusals)
    charges = f"{accounts.decisions['points.credited']}/{accounts.decisions['points.deducted']}"
    yield row("purchases / charges", charges, f"refused: {refusals or 'none'}")
    yield row("accounts at zero", sum(balance == 0 for balance in accounts.balances.values()))
    yield from notifications(result)
    yield from times(result)


def conclusion(checks: dict[str, list[str]], stack: Stack) -> Iterator[str]:
    """What was checked, and what to try next."""
    yield "Checked"
    for statement, problems in checks.items():
        yield f"  {'✗' if problems else '✓'} {statement}"
        yield from (f"      {problem}" for problem in problems)
    yield from texts(stack)
    yield from try_next(stack)


def row(name: str, count: int | str, remark: str = "") -> str:
    return f"  {name:<30}{count:>8}   {remark}".rstrip()


def named(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def states(result: Result) -> Iterator[str]:
    closed, listed = result.closed_after, result.log.requests.values()
    remarks = {
        "Confirmed": "matched, charged, still at work" + (f"; {closed} closed after this count" if closed else ""),
        "Closed": "the work is done, the partner's capacity free again",
        "Unmatched  no_partner": "no partner serves this category in this region",
        "Unmatched  no_capacity": "no partner had capacity in the attempts allowed",
        "waiting": "not settled",
    }
    yield f"Requests: {result.log.settled()} of {len(listed)} settled"
    for state, count in sorted(result.states.items()):
        yield row(state, count, remarks.get(state, ""))
    refused = sum(bool(one.of("points.rejected")) for one in listed)
    deferred = [len(one.of("request.deferred")) for one in listed if one.of("request.deferred")]
    yield row("of all these", refused, "were refused by the partner's account and matched again")
    yield row("", len(deferred), f"found no capacity at first and were deferred, up to {max(deferred, default=0)} times")


def sent_besides(result: Result) -> Iterator[str]:
    sent = Counter(message.expect for message in result.burst.messages)
    yield "Sent besides"
    yield row("repeats", sent["repeat"], "no second match, charge or message")
    yield row("quarantined", result.quarantined.total(), named(result.quarantined))


def notifications(result: Result) -> Iterator[str]:
    events = [event for one in result.log.requests.values() for event in one.of("notification.sent", "notification.failed")]
    sent = Counter(event.data["channel"] for event in events if event.type == "notification.sent")
    failed = Counter(why_failed(event) for event in events if event.type == "notification.failed")
    yield "Customers told"
    yield row("sent", sent.total(), named(sent))
    yield row("not sent", failed.total(), named(failed))


def why_failed(event: Received) -> str:
    return f"{event.data['channel']} {event.data['reason']}".removeprefix("none ")


def times(result: Result) -> Iterator[str]:
    """From the submission to the first notification that was sent: by the events' times, and as seen from here."""
    listed = [request for request in result.log.requests.values() if request.of(*DECISIONS) and request.of("notification.sent")]
    yield f"{'Submit to first notification':<30}{'requests':>10}{'median':>10}{'95 %':>10}{'slowest':>10}"
    yield spread("by the events' times", [by_events(request) for request in listed])
    yield spread("as this program saw it", [by_the_clock(request, result.sent_at) for request in listed])


def by_events(request: RequestLog) -> float:
    return request.of("notification.sent")[0].time - moment(request.of(*DECISIONS)[0].data["submittedAt"])


def by_the_clock(request: RequestLog, sent_at: dict[str, float]) -> float:
    return request.of("notification.sent")[0].at - sent_at[request.id]


def spread(name: str, seconds: list[float]) -> str:
    ordered = sorted(seconds) or [math.nan]
    shares = (ordered[math.ceil(share * len(ordered)) - 1] for share in (0.5, 0.95, 1))
    return f"  {name:<30}{len(seconds):>8}" + "".join(f"{share:>8.2f} s" for share in shares)


def texts(stack: Stack) -> Iterator[str]:
    if stack.endpoint is None:
        yield "Texts went out by SNS: its delivery logs have them, if the account keeps any."
        return
    sent = [text for texts in stack.texts().values() for text in texts]
    address = f"{stack.endpoint}/_ministack/sns/sms-messages?region={stack.region}"
    yield f"Texts: the engine kept {len(sent)} since it started, see  curl -s '{address}'"
    for korean in (True, False):
        yield from [f"  {text}" for text in reversed(sent) if is_korean(text) == korean][:1]


def is_korean(text: str) -> bool:
    """More Hangul than Latin letters: a partner's name is in Hangul in either language."""
    return sum("가" <= letter <= "힣" for letter in text) > sum(letter.isascii() and letter.isalpha() for letter in text)


def try_next(stack: Stack) -> Iterator[str]:
    port = LocalStack(int(stack.endpoint.rpartition(":")[2])).make_argument if stack.endpoint else ""
    yield "Try next"
    yield f"  make local{port}    another day: new requests and purchases, the same partners"
    yield f"  make outputs{port}    queues, topic and tables, for a producer or a listener of your own"
    yield f"  make invoke{port} FUNCTION=points EVENT=events/points/mixed.json    a batch with bad records in it"
    yield f"  {called(stack)} help    is it well, what failed; follow one request, put back what failed: docs/do/operate.md"
    yield "  events/README.md    what was sent; docs/README.md    to send, to receive, to read the counts"
    yield f"  make local-stop{port}    stop the stack"
