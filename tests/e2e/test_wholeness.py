"""The outcome of the bursts that test_failing began: nothing is lost, nothing charged or counted twice."""

import copy
import json
import re
from collections.abc import Callable

import pytest
from fault_runs import FaultRun
from invariants import problems
from observations import Observations, gather
from operating import matchflow
from violations import VIOLATIONS
from violations_of_texts import VIOLATIONS_OF_TEXTS


@pytest.fixture(scope="module", params=["killed", "failed"])
def observed(request: pytest.FixtureRequest, killed: FaultRun, failed: FaultRun) -> Observations:
    """What a killed process left behind may have met a fault, too."""
    run = {"killed": killed, "failed": failed}[request.param]
    return gather(run.burst, killed.unsaved + failed.unsaved, run.lost)


def test_all_invariants_hold(observed: Observations) -> None:
    texts = sum(map(len, observed.texts.values()))
    said = {body for body in observed.published if '"type":"notification.sent"' in body and '"marker-' not in body}
    print(f"{len(observed.published)} messages published, {texts} texts, {len(said)} of them said to be sent")
    assert problems(observed) == []


def test_the_tables_agree_after_all(killed: FaultRun, failed: FaultRun) -> None:
    """Those of all tests: what a test changed by hand it has put back. Only test_samples hands points charges of requests that
    matching never saw, and the stores' tests, whose ids end in a time, write what no function would."""
    found = matchflow("audit", expect=None)
    ours = [one for one in found["differences"] if not re.search(r"request sample-|\d{15,}", json.dumps(one))]
    assert ours == []
    assert found["notJudged"] == []


@pytest.mark.parametrize(
    ("violate", "problem"),
    (VIOLATIONS | VIOLATIONS_OF_TEXTS).items(),
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_every_violation_is_reported(observed: Observations, violate: Callable[[Observations], None], problem: str) -> None:
    changed = copy.deepcopy(observed)
    violate(changed)
    found = problems(changed)
    assert any(problem in line for line in found), found
