"""The Django integration checks requests by rules of its own: they are the contract's, and a change there is seen here."""

import json
import subprocess
from typing import Any

from devstack.project import ROOT, SCHEMAS

SCHEMA = json.loads((SCHEMAS / "request.submitted.json").read_text())["$defs"]
PRINT_RULES = """
import dataclasses, json
from intake import contract
least = {"customer": {"id": "c"}, "category": "cleaning", "region": "KR-11"}
rules = {"Customer": contract.CUSTOMER, "RequestSubmitted": contract.REQUEST, "least": contract.submission(least)}
print(json.dumps(rules, default=dataclasses.asdict))
"""


def rules() -> dict[str, Any]:
    run = [ROOT / ".venv-django/bin/python", "-B", "-c", PRINT_RULES]
    return json.loads(subprocess.check_output(run, cwd=ROOT / "examples/django-intake"))


def integrations(name: str) -> dict[str, tuple[str, bool]]:
    return {field["name"]: (field["pattern"], field["required"]) for field in rules()[name]}


def contracts(name: str, *others: str) -> dict[str, tuple[str, bool]]:
    """The pattern of each member but these others, and whether it is required."""
    members, required = SCHEMA[name]["properties"], SCHEMA[name]["required"]
    return {member: (pattern(members[member]), member in required) for member in members.keys() - set(others)}


def pattern(member: dict[str, Any]) -> str:
    """As Python's fullmatch takes it: without anchors, a longest length in front."""
    rule = SCHEMA[member["$ref"].removeprefix("#/$defs/")]
    assert rule.keys() <= {"description", "type", "pattern", "maxLength"}, "a keyword that the integration does not know"
    longest = rf"(?=.{{1,{rule['maxLength']}}}\Z)" if "maxLength" in rule else ""
    return longest + rule["pattern"].removeprefix("^").removesuffix("$")


def test_its_rules_for_a_customer_are_the_contracts() -> None:
    assert integrations("Customer") == contracts("Customer")


def test_its_rules_for_a_request_are_the_contracts() -> None:
    """It makes the id itself; customer and details are objects."""
    assert integrations("RequestSubmitted") == contracts("RequestSubmitted", "requestId", "customer", "details")
    assert {"requestId", "customer"} <= set(SCHEMA["RequestSubmitted"]["required"])
    assert "details" not in SCHEMA["RequestSubmitted"]["required"]


def test_its_default_is_the_contracts() -> None:
    assert rules()["least"]["customer"]["locale"] == SCHEMA["Customer"]["properties"]["locale"]["default"]
