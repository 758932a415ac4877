"""The folds of statistics, in a month: a schedule invokes the function, which adds new increments to the counters."""

import re

from devstack.counting import prices
from devstack.counting.bill import gigabytes
from devstack.scale import pipeline
from devstack.scale.work import Work
from devstack.template import consumers

FUNCTION = "statistics"  # and its queue
FIXED_DIMENSIONS = 5  # the total, the events by type, three delays
PERIODS = 2  # hour and day
TRANSACTION_UNITS = 2  # for an item of up to a KiB


def period() -> float:
    """Seconds between two folds."""
    (schedule,) = (schedule["Schedule"] for consumer in consumers() for schedule in consumer.schedules)
    found = re.fullmatch(r"rate\((\d+) minutes?\)", schedule)
    assert found, f"{schedule} is no rate in minutes"
    return int(found[1]) * 60.0


def series() -> int:
    """The series of increments, which a fold reads side by side."""
    return int(pipeline.constant("functions/statistics/src/domain/increments.rs", "SERIES"))


def reads() -> int:
    """Read units of a fold that finds nothing: how far the last one came, and each series."""
    return 1 + series()


def writes(partners: int) -> int:
    """Write units of a fold for requests of one category and region: a row of each dimension and period, and how far it came."""
    rows = PERIODS * (FIXED_DIMENSIONS + 2 + partners)
    return TRANSACTION_UNITS * (rows + 1)


def looking() -> float:
    """Dollars a month for invocations and reads, whether there is something to fold or not."""
    work, memory = Work(), pipeline.queues()[FUNCTION].memory
    seconds = work.cpu(memory, 0) + work.read.mean() + work.read.mean(series())
    time = seconds * gigabytes(FUNCTION) * prices.GB_SECOND.dollars
    return prices.MONTH / period() * (prices.INVOCATION.dollars + time + reads() * prices.READ.dollars)


def writing(partners: int) -> float:
    """Dollars a month if there is something to fold each time."""
    return prices.MONTH / period() * writes(partners) * prices.WRITE.dollars
