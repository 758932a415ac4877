"""The Django service checks requests by its own copy of the contract's rules; a change of the contract fails here."""

import json
import subprocess
from typing import Any

from devstack.project import ROOT

SCHEMA = json.loads((ROOT / "shared/contract/schemas/request.submitted.json").read_text())["$defs"]
PRINT_RULES = """
import dataclasses, json
from intake import contract
minimal = {"customer": {"id": "c"}, "category": "cleaning", "region": "KR-11"}
rules = {"Customer": contract.CUSTOMER, "RequestSubmitted": contract.REQUEST, "minimal": contract.validate(minimal)}
print(json.dumps(rules, default=dataclasses.asdict))
"""


def printed_rules() -> dict[str, Any]:
    command = [ROOT / ".venv-django/bin/python", "-B", "-c", PRINT_RULES]
    return json.loads(subprocess.check_output(command, cwd=ROOT / "examples/django-intake"))


def service_rules(name: str) -> dict[str, tuple[str, bool]]:
    return {field["name"]: (field["pattern"], field["required"]) for field in printed_rules()[name]}


def contract_rules(name: str, *left_out: str) -> dict[str, tuple[str, bool]]:
    """The pattern of each other member, and whether it is required."""
    members, required = SCHEMA[name]["properties"], SCHEMA[name]["required"]
    return {member: (pattern(members[member]), member in required) for member in members.keys() - set(left_out)}


def pattern(member: dict[str, Any]) -> str:
    """The schema's pattern for Python's fullmatch: without anchors, the maximum length as a lookahead."""
    (reference,) = (kind["$ref"] for kind in member.get("anyOf", [member]) if kind != {"type": "null"})
    rule = SCHEMA[reference.removeprefix("#/$defs/")]
    assert rule.keys() <= {"description", "type", "pattern", "maxLength"}, "a keyword that the service does not check"
    max_length = rf"(?=.{{1,{rule['maxLength']}}}\Z)" if "maxLength" in rule else ""
    return max_length + rule["pattern"].removeprefix("^").removesuffix("$")


def test_its_rules_for_a_customer_are_the_contracts() -> None:
    assert service_rules("Customer") == contract_rules("Customer")


def test_its_rules_for_a_request_are_the_contracts() -> None:
    """The service makes the id itself; customer and details are objects."""
    assert service_rules("RequestSubmitted") == contract_rules("RequestSubmitted", "requestId", "customer", "details")
    assert {"requestId", "customer"} <= set(SCHEMA["RequestSubmitted"]["required"])
    assert "details" not in SCHEMA["RequestSubmitted"]["required"]


def test_its_default_locale_is_the_contracts() -> None:
    assert printed_rules()["minimal"]["customer"]["locale"] == SCHEMA["Customer"]["properties"]["locale"]["default"]
