"""shared/wiring/wiring.json, by which the Rust tests are wired, is made from the template."""

from typing import Any

import pytest
from devstack import policies, wiring
from devstack.template import template


def test_the_tests_are_wired_as_what_is_deployed() -> None:
    assert wiring.FILE.read_text() == wiring.text(wiring.deployed()), "run `.venv-sam/bin/python -m devstack.wiring`"


def test_every_queue_that_a_function_reads_is_an_output() -> None:
    assert {f"{queue}QueueUrl" for queue in wiring.consumed()} <= template()["Outputs"].keys()


@pytest.mark.parametrize("principal", [{"AWS": "*"}, "*", {"Service": "s3.amazonaws.com"}], ids=str)
def test_a_principal_of_another_kind_has_to_be_given_a_meaning(principal: Any) -> None:
    with pytest.raises(ValueError, match="no kind of principal"):
        policies.principals(principal)


@pytest.mark.parametrize("condition", [("aws:SourceArn", {"Ref": "OtherTopic"}), ("aws:SourceAccount", {"Ref": "AWS::AccountId"})], ids=str)
def test_what_a_refusal_exempts_in_another_way_has_to_be_given_a_meaning(condition: tuple[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"no kind of {condition[0]}"):
        policies.exempt(*condition)
