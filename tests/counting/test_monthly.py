"""What is paid by the month, by hand."""

import json

import pytest
from devstack.counting import fold, keys, monthly, prices
from devstack.counting.month import all_of
from devstack.counting.workload import PARTNERS
from devstack.project import ROOT

MINUTES = 730 * 60
PERIODS = 730 * 12  # of five minutes
REQUEST = 0.03 / 10_000


def test_a_data_key_that_is_used_longer_is_asked_for_less() -> None:
    assert keys.reuse() == 3600
    assert keys.of_queues(3600) == pytest.approx(730 * 7 * 3 * REQUEST)
    assert keys.of_queues(300) == pytest.approx(12 * keys.of_queues(3600))


def test_each_function_that_publishes_has_a_data_key_of_its_own_for_the_topic() -> None:
    assert keys.publishers() == 3
    assert keys.of_topic() == pytest.approx(PERIODS * 2 * 3 * REQUEST)


def test_a_fold_that_finds_nothing_reads_how_far_it_came_and_all_series() -> None:
    assert (fold.period(), fold.series(), fold.reads()) == (60, 16, 17)
    nothing = MINUTES * (0.2 + 17 * 0.125) * 1e-6
    assert nothing < fold.looking() < 1.1 * nothing


def test_a_fold_writes_two_units_for_each_row_of_hour_and_day_and_for_how_far_it_came() -> None:
    assert fold.writes(PARTNERS) == 70
    assert fold.writing(1_000) == pytest.approx(MINUTES * (2 * 2 * 1_007 + 2) * 0.625e-6)


def test_every_service_that_asks_for_the_key_is_among_the_lines() -> None:
    idle, busy = list(monthly.idle()), list(monthly.busy())
    (looking,) = (line.dollars for line in idle if "key by DynamoDB" in line.what)
    assert looking == pytest.approx(PERIODS * 16 * REQUEST)
    assert {line.what.rsplit(" ", 1)[1] for line in busy if "the key by" in line.what} == {"SQS", "SNS", "DynamoDB"}
    assert prices.KEY_MONTH.dollars in [line.dollars for line in idle]


def test_the_metrics_that_each_batch_has_are_paid_for_by_the_month() -> None:
    *_, summary = json.loads((ROOT / "shared/aws/log_lines.json").read_text())
    of_function, of_queue = (directive["Metrics"] for directive in summary["_aws"]["CloudWatchMetrics"])
    assert {"Name": monthly.OF_FUNCTION} in of_function
    assert [metric["Name"] for metric in of_queue] == [monthly.OF_QUEUE], "no other is of queues"
    (metrics,) = monthly.hourly()
    assert metrics.dollars == pytest.approx((4 + 7) * 0.30)
    page = " ".join((ROOT / "docs/do/observe.md").read_text().split())
    assert f"{prices.METRIC.listed:.2f} dollars a month for a metric" in page
    assert f"with traffic in every hour: {metrics.dollars:.2f} dollars a month" in page
    every = 4 * len(of_function) + 7 * len(of_queue)
    assert f"a whole month of all is {every * 0.30:.0f} dollars" in page


def test_the_page_on_deployment_says_the_same_of_an_idle_stack() -> None:
    page = " ".join((ROOT / "docs/do/deploy.md").read_text().split())
    polls = monthly.pollers() * prices.MONTH / monthly.LONG_POLL
    assert f"{monthly.alarmed_metrics()} metrics with an alarm at {prices.ALARM.listed:.2f} each" in page
    assert f"about {polls / prices.MILLION:.0f} million SQS requests" in page
    free = monthly.free_polls() + prices.DASHBOARD.dollars
    assert f"about {all_of(monthly.idle()) - free:.0f} US dollars a month" in page
    assert f"The dashboard costs {prices.DASHBOARD.listed:g} more where the account has three already" in page
