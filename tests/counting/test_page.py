"""The page is made of a run and of what is paid by the month; with docs/understand/cost.json it is of the same run, at the list prices."""

import re
from collections import Counter

import pytest
from devstack.counting import measured, monthly, page, prices
from devstack.counting.__main__ import BATCHES, PAGE
from devstack.counting.bill import Run
from devstack.counting.counts import Counts
from devstack.project import ROOT

TEXT = (ROOT / PAGE).read_text()


def row(name: str) -> list[float]:
    """The first row of this name."""
    (cells,) = re.findall(rf"^\| {name} \| (.*) \|$", TEXT, re.M)[:1]
    return [float(cell) for cell in cells.split(" | ")]


def test_a_page_has_what_is_paid_by_the_month_idle_and_busy() -> None:
    counts = Counts(invocations=1, events=Counter({"request.matched": 10}))
    functions = ("matching", "notification", "points", "statistics")
    text = page.text([Run(batch, 10, dict.fromkeys(functions, counts)) for batch in (1, 10)])
    assert text.index(page.by_month(monthly.idle())) < text.index(page.by_month(monthly.busy()))


def test_the_page_says_what_is_paid_by_the_month() -> None:
    for lines in (monthly.idle(), monthly.busy()):
        assert page.by_month(lines) in TEXT, "run `make count`"


def test_the_prices_are_those_of_the_list() -> None:
    assert page.listed() in TEXT, "run `make count`"


@pytest.mark.parametrize("kind", ["write", "read"])
def test_the_units_of_the_largest_batches_are_those_that_were_stored(kind: str) -> None:
    units = [each[kind] for each in measured.units(BATCHES[-1]).values()]
    assert row(f"{kind} units")[:-1] == pytest.approx(units, abs=0.0051), "run `make count`"


def test_the_bill_is_what_was_stored_at_the_list_prices() -> None:
    stored = [
        sum(each["write"] * prices.WRITE.million + each["read"] * prices.READ.million for each in measured.units(batch).values())
        for batch in BATCHES
    ]
    assert row("DynamoDB") == pytest.approx(stored, abs=0.01), "run `make count`"
