"""The statements of the template's policies."""

from collections.abc import Iterator
from typing import Any

from devstack.template import Consumer, resources, statements


def policies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every policy statement of the template, with its owner."""
    for name, key in resources("KMS::Key").items():
        yield from ((name, statement) for statement in statements(key["KeyPolicy"]))
    for kind in ("SQS::QueuePolicy", "SNS::TopicPolicy"):
        for name, policy in resources(kind).items():
            yield from ((name, statement) for statement in statements(policy["PolicyDocument"]))
    for name, role in resources("IAM::Role").items():
        yield from ((name, statement) for statement in statements(role["AssumeRolePolicyDocument"]))
        for policy in role["Policies"]:
            yield from ((name, statement) for statement in statements(policy["PolicyDocument"]))


def of_role(consumer: Consumer) -> dict[str, dict[str, Any]]:
    """Sid → statement."""
    role = resources("IAM::Role")[f"{consumer.name}Role"]
    assert len(role["Policies"]) == 1 and "ManagedPolicyArns" not in role
    return {statement["Sid"]: statement for statement in statements(role["Policies"][0]["PolicyDocument"])}
