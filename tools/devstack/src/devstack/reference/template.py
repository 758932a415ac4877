"""template.yaml and samconfig.toml as the generated pages read them."""

import tomllib
from functools import cache
from typing import Any

from samcli.yamlhelper import yaml_parse

from devstack.project import ROOT


@cache
def template() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


@cache
def overrides() -> dict[str, dict[str, str]]:
    """The parameters that samconfig.toml sets, by environment."""
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    environments = {name: body for name, body in config.items() if isinstance(body, dict)}
    return {name: dict(pair.split("=", 1) for pair in body["global"]["parameters"]["parameter_overrides"]) for name, body in environments.items()}


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Logical id → properties of every resource of a kind (`SQS::Queue`), in the template's order."""
    return {name: body["Properties"] for name, body in template()["Resources"].items() if body["Type"] == f"AWS::{kind}"}


def target(value: dict[str, Any]) -> str:
    """The logical id that a Ref or a GetAtt points to."""
    if "Ref" in value:
        return str(value["Ref"])
    attribute = value["Fn::GetAtt"]
    return str(attribute.split(".")[0] if isinstance(attribute, str) else attribute[0])
