"""What a stack costs in a month, by the number of its requests: what is paid whether they come or not, and what they add."""

from collections.abc import Iterable, Iterator, Sequence

from devstack.counting import fold, monthly, prices, traffic
from devstack.counting.bill import Run
from devstack.reference.markdown import table

REQUESTS = {"10 thousand": 1e4, "1 million": 1e6, "100 million": 1e8}
FIXED = "fixed: alarms, the dashboard, polls, the key, folds"
MEANWHILE = "while requests come: what folds write, requests to the key"
HOURLY = "in hours in which requests come: metrics"
HOUR = 3600.0  # seconds
EACH = "the requests"
Row = tuple[str, list[float]]  # dollars, by number of requests


def text(runs: Sequence[Run]) -> str:
    dollars = list(rows(runs))
    total = [sum(column) for column in zip(*(values for _, values in dollars), strict=True)]
    return table(
        ["requests a month", *REQUESTS],
        [
            ["a second", *(f"{number / prices.MONTH:.2g}" for number in REQUESTS.values())],
            ["records a batch", *map(batches, REQUESTS.values())],
            *([name, *(f"{value:,.2f}" for value in values)] for name, values in dollars),
            ["**all**", *(f"**{value:,.2f}**" for value in total)],
        ],
    )


def rows(runs: Sequence[Run]) -> Iterator[Row]:
    yield FIXED, [all_of(monthly.idle())] * len(REQUESTS)
    yield MEANWHILE, [all_of(monthly.busy()) * busy(number, fold.period()) for number in REQUESTS.values()]
    yield HOURLY, [all_of(monthly.hourly()) * busy(number, HOUR) for number in REQUESTS.values()]
    yield EACH, [sum(traffic.bill_at(number, runs).values()) * number / prices.MILLION for number in REQUESTS.values()]


def all_of(lines: Iterable[monthly.Line]) -> float:
    return sum(line.dollars for line in lines)


def busy(number: float, period: float) -> float:
    """The share of a month's periods (of so many seconds) that have a request: at most one for each."""
    return min(1.0, number * period / prices.MONTH)


def batches(number: float) -> str:
    by_function = traffic.batches(number)
    others = max(size for function, size in by_function.items() if function != fold.FUNCTION)
    return f"{others:.0f}, {fold.FUNCTION} {by_function[fold.FUNCTION]:.0f}"
