"""A stack's month: batches by the model, each function by the counted run that is nearest to them."""

from collections import Counter

import pytest
from devstack.counting import month, monthly, traffic
from devstack.counting.bill import Run, bill, part, submitting, together
from devstack.counting.counts import Counts
from devstack.project import FUNCTIONS


def counted(batch: int) -> Run:
    """A hundred requests, each of one event, in full batches; with larger ones DynamoDB is cheaper."""
    counts = Counts(invocations=100 // batch, write=100 / batch, events=Counter({"request.matched": 100}))
    return Run(batch, 100, dict.fromkeys(FUNCTIONS, counts))


RUNS = [counted(1), counted(10)]


def test_requests_at_random_times_share_batches_in_statistics_alone() -> None:
    for number in month.REQUESTS.values():
        by_function = traffic.batches(number)
        assert by_function.keys() == set(FUNCTIONS)
        assert all(size < 1.1 for name, size in by_function.items() if name != "statistics")
    rare, often = traffic.batches(1e4)["statistics"], traffic.batches(1e8)["statistics"]
    assert rare == pytest.approx(3, abs=0.1), "a request's events"
    assert often > 10


def test_each_function_is_priced_by_the_run_whose_batches_are_nearest() -> None:
    single, ten = RUNS
    others = [part(single, name) for name in FUNCTIONS if name != "statistics"]
    assert traffic.bill_at(1e8, RUNS) == together([submitting(single), *others, part(ten, "statistics")])
    assert traffic.bill_at(1e4, RUNS) == bill(single)


def test_a_month_is_what_is_fixed_what_comes_with_traffic_and_the_requests() -> None:
    fixed, meanwhile, hourly, requests = (values for _, values in month.rows(RUNS))
    assert fixed == [month.all_of(monthly.idle())] * 3
    assert meanwhile[1:] == [month.all_of(monthly.busy())] * 2
    assert meanwhile[0] == pytest.approx(meanwhile[1] * 1e4 / (730 * 60)), "a fold a request"
    assert hourly == [month.all_of(monthly.hourly())] * 3, "ten thousand requests are some in each hour"
    assert requests[1] == pytest.approx(sum(traffic.bill_at(1e6, RUNS).values()))
    totals = [f"**{sum(column):,.2f}**" for column in zip(fixed, meanwhile, hourly, requests, strict=True)]
    assert f"| **all** | {' | '.join(totals)} |" in month.text(RUNS)
