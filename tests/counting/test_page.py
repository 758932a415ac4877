"""The page is made of a run and of what is paid by the month; with docs/understand/cost.json it is of the same run, at the list prices."""

import re
from collections import Counter

import pytest
from devstack.counting import measured, month, monthly, page, prices
from devstack.counting.__main__ import BATCHES, PAGE
from devstack.counting.bill import Run
from devstack.counting.counts import Counts
from devstack.counting.peer import READS, writes
from devstack.project import ROOT

TEXT = (ROOT / PAGE).read_text()


BENCHMARKS = (ROOT / "docs/understand/benchmarks.md").read_text()


def rows(name: str, text: str = TEXT) -> list[list[str]]:
    """The cells of the rows of this name."""
    return [cells.split(" | ") for cells in re.findall(rf"^\| {re.escape(name)} \| (.*) \|$", text, re.M)]


def row(name: str) -> list[float]:
    """The first row of this name."""
    return [float(cell.strip("*").replace(",", "")) for cell in rows(name)[0]]


def test_a_page_has_what_is_paid_by_the_month_idle_and_busy() -> None:
    counts = Counts(invocations=1, events=Counter({"request.matched": 10}))
    functions = ("matching", "notification", "points", "statistics")
    text = page.text([Run(batch, 10, dict.fromkeys(functions, counts)) for batch in (1, 10)])
    assert text.index(page.by_month(monthly.idle())) < text.index(page.by_month([*monthly.busy(), *monthly.hourly()]))


def test_the_page_says_what_is_paid_by_the_month() -> None:
    for lines in (monthly.idle(), [*monthly.busy(), *monthly.hourly()]):
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


def test_a_months_total_is_the_sum_of_what_is_fixed_what_comes_with_traffic_and_the_requests() -> None:
    fixed, meanwhile, hourly, requests = (row(name) for name in (month.FIXED, month.MEANWHILE, month.HOURLY, month.EACH))
    assert fixed == pytest.approx([month.all_of(monthly.idle())] * 3, abs=0.0051), "run `make count`"
    assert meanwhile[-1] == pytest.approx(month.all_of(monthly.busy()), abs=0.0051), "run `make count`"
    assert hourly == pytest.approx([month.all_of(monthly.hourly())] * 3, abs=0.0051), "run `make count`"
    assert row("**all**") == pytest.approx([sum(one) for one in zip(fixed, meanwhile, hourly, requests, strict=True)], abs=0.025)


def test_a_million_requests_of_a_month_cost_what_the_counted_runs_do() -> None:
    _, million, most = row(month.EACH)
    (dearest, _, cheapest) = (float(cell.strip("*")) for cell in rows("**all**")[1])
    assert cheapest < million < dearest and cheapest < most / 100 < dearest


@pytest.mark.parametrize("peer", ["Python", "Node"])
@pytest.mark.parametrize(("idempotent", "suffix"), [(False, ""), (True, ", with idempotency")])
def test_a_peers_units_are_those_of_the_benchmarks(peer: str, idempotent: bool, suffix: str) -> None:
    measured_units = {tuple(map(float, cells[-2:])) for cells in rows(peer + suffix, BENCHMARKS) if len(cells) == 9}
    assert measured_units == {(writes(idempotent), READS)}


def charges(batch: int) -> dict[str, list[float]]:
    """Dollars by service and of all, by variant."""
    return {cells[0]: [float(cell.strip("*")) for cell in cells[1:]] for cells in rows(f"{batch}") if len(cells) == 6}


def test_points_costs_more_than_the_peer_without_idempotency_in_batches_of_one_and_less_in_the_largest() -> None:
    totals = {batch: {name: dollars[-1] for name, dollars in charges(batch).items()} for batch in BATCHES}
    single, largest = totals[1], totals[BATCHES[-1]]
    assert single["points"] > single["the peer"] and largest["points"] < largest["the peer"], "the page says so"
    assert all(totals[batch]["points"] < totals[batch]["the peer with idempotency"] for batch in BATCHES)


def test_points_costs_more_in_batches_of_ten_too_if_each_charge_is_another_partners() -> None:
    (said,) = re.findall(r"points costs ([\d.]+) in batches of ten: more than that peer", TEXT)
    ten, alone = charges(BATCHES[-1]), charges(1)["points"][0]
    assert float(said) == pytest.approx(ten["points"][-1] - ten["points"][0] + alone, abs=0.02), "run `make count`"
    assert float(said) > ten["the peer"][-1]


def test_the_price_of_a_text_is_the_lists() -> None:
    assert f"was {prices.TEXT_PART.listed:g} dollars" in TEXT and f": {prices.TEXT_PART.million:,.0f} for a million" in TEXT
    assert prices.TEXTS in TEXT and f"({prices.TEXTS_TO_JAPAN})" in TEXT
