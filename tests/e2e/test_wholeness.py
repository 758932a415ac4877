"""What became of the bursts that test_failing began: nothing is lost, nothing charged or counted twice."""

import copy
from collections.abc import Callable

import pytest
from evidence import Evidence, gather
from invariants import problems
from ordeals import Ordeal
from tampering import TAMPERINGS
from tampering_texts import TAMPERINGS_OF_TEXTS


@pytest.fixture(scope="module", params=["killed", "failed"])
def evidence(request: pytest.FixtureRequest, killed: Ordeal, failed: Ordeal) -> Evidence:
    """What a process left behind when it was killed may have been met by a fault, too."""
    ordeals = {"killed": killed, "failed": failed}
    ordeal = ordeals[request.param]
    return gather(ordeal.burst, killed.in_vain + failed.in_vain, ordeal.lost)


def test_all_invariants_hold(evidence: Evidence) -> None:
    texts = sum(map(len, evidence.texts.values()))
    said = {body for body in evidence.published if '"type":"notification.sent"' in body and '"marker-' not in body}
    print(f"{len(evidence.published)} messages published, {texts} texts, {len(said)} of them said to be sent")
    assert problems(evidence) == []


@pytest.mark.parametrize(
    ("tamper", "problem"),
    (TAMPERINGS | TAMPERINGS_OF_TEXTS).items(),
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_whatever_is_wrong_is_seen(evidence: Evidence, tamper: Callable[[Evidence], None], problem: str) -> None:
    spoilt = copy.deepcopy(evidence)
    tamper(spoilt)
    found = problems(spoilt)
    assert any(problem in line for line in found), found
