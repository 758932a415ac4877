"""The table of a run: what each function's calls cost for one request."""

from collections.abc import Iterator, Mapping

from devstack.counting import prices
from devstack.counting.counts import Counts


def lines(counted: Mapping[str, Counts], requests: int) -> Iterator[str]:
    names = [*counted, "all"]
    yield head("a request", names)
    yield row("invocations", [counts.invocations / requests for counts in counted.values()])
    yield row("write units", [counts.write / requests for counts in counted.values()])
    yield row("read units", [counts.read / requests for counts in counted.values()])
    yield row("DynamoDB, dollars a million requests", [dollars(counts) / requests * 1e6 for counts in counted.values()])
    yield row("items written and read", [counts.items / requests for counts in counted.values()])
    for call in sorted({call for counts in counted.values() for call in counts.calls}):
        yield row(call, [counts.calls[call] / requests for counts in counted.values()])
    for service in ("sns", "sqs"):
        yield row(f"{service.upper()}, billed requests", [counts.requests[service] / requests for counts in counted.values()])
    yield row("conditions not met", [counts.conflicts / requests for counts in counted.values()])


def dollars(counts: Counts) -> float:
    return counts.write * prices.WRITE.dollars + counts.read * prices.READ.dollars


def head(first: str, names: list[str]) -> str:
    return f"| {first} | {' | '.join(names)} |\n|{' --- |' * (len(names) + 1)}"


def row(name: str, values: list[float]) -> str:
    return f"| {name} | {' | '.join(f'{value:.2f}' for value in [*values, sum(values)])} |"
