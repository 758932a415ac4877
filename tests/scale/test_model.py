"""The model of a deployed stack holds to what is known of queues without it."""

import math
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from devstack.project import ROOT
from devstack.scale import assumptions, bounds, computed, pipeline
from devstack.scale.__main__ import PAGE
from devstack.scale.conditions import PUSH, Conditions, Outage
from devstack.scale.latency import Latency, fixed, published
from devstack.scale.run import Arrival, run
from devstack.scale.work import Work

WORK = Work(
    sqs_hop=fixed(0.028), sns_hop=fixed(0.040), read=fixed(0.003), write=fixed(0.005), transaction=fixed(0.010), publish=fixed(0.012),
    send=fixed(0.030), deletion=fixed(0.006), cold_start=fixed(0.0),
)  # fmt: skip
EVEN = replace(PUSH, latencies=WORK, table_writes=math.inf)


def spread(rate: float, seconds: float, conditions: Conditions = EVEN) -> list[Arrival]:
    """Evenly in time and over the regions."""
    return [(number / rate, number % conditions.regions) for number in range(round(rate * seconds))]


def test_a_latency_has_its_quantiles_and_is_between_them_elsewhere() -> None:
    latency = published(10, 20, 40, 80)
    assert [round(latency.at(share) * 1e3) for share in (0, 0.1, 0.5, 0.9, 0.99, 1)] == [10, 10, 20, 40, 80, 80]
    assert 0.020 < latency.at(0.7) < 0.040
    assert Latency(((0.0, 1.0),)).mean(10) == pytest.approx(1.0)
    assert latency.mean(10) > latency.mean() > 0.020


def test_an_empty_stack_tells_a_customer_after_the_sum_of_hops_and_calls() -> None:
    result = run(EVEN, [(0.0, 0)], 10)
    cpu = WORK.cpu(pipeline.queues()["intake"].memory, 1)
    matching = cpu + 0.010
    telling = cpu + 0.005 + 0.030
    assert result.waits() == [pytest.approx(0.028 + matching + 0.040 + telling)]
    assert result.counts["notification.sent"] == result.counts["points.deducted"] == 1


def test_littles_law_holds_on_a_queue() -> None:
    """What is on it on average is the rate of arrival times the time that a message is on it."""
    rate, seconds = 40.0, 100.0
    result = run(EVEN, spread(rate, seconds), seconds, sample=0.0137)
    time = 0.028 + WORK.cpu(256, 1) + 0.010 + 0.012 + 0.006
    depths = [depth for at, depth in zip(result.times, result.depths["intake"], strict=True) if at > 1]
    assert sum(depths) / len(depths) == pytest.approx(rate * time, rel=0.02)


def test_a_saturated_mapping_does_what_its_bound_says() -> None:
    bound = next(one.per_second for one in bounds.of_mappings(WORK) if one.resource == "mapping of notification")
    result = run(EVEN, spread(1.5 * bound, 8), 8)
    assert result.told_between(4, 8) / 4 == pytest.approx(bound, rel=0.02)


def test_a_refused_write_comes_back_after_doubling_delays_and_is_a_dead_letter_in_the_end() -> None:
    conditions = replace(EVEN, outage=Outage("matching", 0, math.inf))
    result = run(conditions, [(0.0, 0)], 6 * 3600, sample=60)
    tries = pipeline.queues()["intake"].max_receives - 1
    assert result.counts["dead letters"] == 1
    assert result.counts["refused writes"] == tries * pipeline.Retries().calls
    assert result.counts["failed"] == tries - 1
    held = max(at for at, depth in zip(result.times, result.depths["intake"], strict=True) if depth)
    assert 2.25 * 3600 <= held + 60 and held <= 4.5 * 3600
    assert result.depths["intake"][-1] == 0


def test_what_waited_for_an_outage_is_told_after_it_and_once() -> None:
    conditions = replace(EVEN, outage=Outage("matching", 0, 20))
    result = run(conditions, spread(10, 5), 120)
    assert result.untold == 0 and result.counts["sends"] == len(result.requests) == 50
    assert min(one.told for one in result.requests if one.told) > 20


def test_a_request_without_a_free_partner_is_decided_as_often_as_allowed_and_then_told() -> None:
    attempts = pipeline.parameter("MaxAttempts")
    result = run(replace(EVEN, capacity=0), [(0.0, 0)], 2 * attempts * 60, sample=60)
    assert result.counts["decisions"] == attempts and result.counts["request.deferred"] == attempts - 1
    assert result.counts["request.unmatched"] == result.counts["notification.sent"] == 1
    assert result.waits()[0] > (attempts - 1) * pipeline.queues()["deferred"].delay


DIGEST = """
from devstack.scale.conditions import Conditions
from devstack.scale.run import run, steady
hot = Conditions(partners=1, partners_of_a_region=1)
result = run(hot, steady(75, 10, hot), 60)
print(result.waits()[-1], sorted(result.counts.items()))
"""


def test_the_same_seed_is_the_same_run_in_every_process() -> None:
    def digest(hash_seed: str) -> str:
        environment = {"PYTHONHASHSEED": hash_seed, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run([sys.executable, "-c", DIGEST], capture_output=True, check=True, text=True, env=environment).stdout

    assert digest("1") == digest("2") != ""
    other = run(replace(PUSH, seed=2), spread(20, 10, PUSH), 60)
    assert other.waits() != run(PUSH, spread(20, 10, PUSH), 60).waits()


def test_events_go_where_the_template_subscribes() -> None:
    assert set(pipeline.receivers("request.matched")) == {"points", "notification", "statistics"}
    assert set(pipeline.receivers("request.deferred")) == {"deferred", "statistics"}
    assert set(pipeline.receivers("points.deducted")) == {"outcomes", "statistics"}


def test_a_constant_that_the_code_no_longer_has_is_an_error() -> None:
    with pytest.raises(AssertionError, match="sets no such_a_thing"):
        pipeline.constant("shared/batch/src/retry.rs", "such_a_thing")


def test_the_page_assumes_what_is_deployed_and_what_was_counted() -> None:
    assert assumptions.text() in (ROOT / PAGE).read_text(), "run `make scale`"


def test_the_page_says_what_is_computed_of_these() -> None:
    text = (ROOT / PAGE).read_text()
    for found in (computed.all_bounds(), bounds.of_partner(Work())):
        assert computed.bounds_table(found) in text, "run `make scale`"
    assert computed.stacks() in text, "run `make scale`"


@pytest.mark.parametrize(("scenario", "records"), [("one record", 1), ("ten records, ten partners", 10)])
def test_the_cpu_of_a_batch_is_about_what_the_benchmarks_measured(scenario: str, records: int) -> None:
    text = (ROOT / "docs/understand/benchmarks.md").read_text()
    row = re.search(r"^\| matching \| (\d+) ", text[text.index(f"**Matching, {scenario}**") :], re.M)
    assert row
    assumed = Work().cpu_batch + records * Work().cpu_record
    assert assumed == pytest.approx(records * float(row[1]) / 1e6, rel=0.5), "fit scale/work.py"
