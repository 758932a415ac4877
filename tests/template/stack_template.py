"""template.yaml as the tests read it: resources by type, and what refers to what."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse

ROOT = Path(__file__).resolve().parent.parent.parent
Properties = dict[str, Any]


@cache
def template() -> dict[str, Any]:
    return yaml_parse((ROOT / "template.yaml").read_text())


def resources(kind: str) -> dict[str, Properties]:
    """Logical id → properties of every resource of a kind (`SQS::Queue`)."""
    found = {name: body for name, body in template()["Resources"].items() if body["Type"] == f"AWS::{kind}"}
    assert found, f"no AWS::{kind} in the template"
    return {name: body["Properties"] for name, body in found.items()}


def target(value: Any) -> str:
    """The logical id that a Ref or a GetAtt points to."""
    if "Ref" in value:
        return str(value["Ref"])
    at = value["Fn::GetAtt"]
    return at.split(".")[0] if isinstance(at, str) else at[0]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(policy: Any) -> list[dict[str, Any]]:
    """The statements of a policy document, those under a condition included."""
    return [s["Fn::If"][1] if "Fn::If" in s else s for s in policy["Statement"]]


def setting(function: str) -> dict[str, Any]:
    """A function's properties over the template's Globals."""
    return template()["Globals"]["Function"] | resources("Serverless::Function")[f"{function}Function"]


def code(path: str) -> str:
    """The Rust sources under a folder."""
    return "\n".join(file.read_text() for file in sorted((ROOT / path).rglob("*.rs")))


def seconds(duration: str) -> int:
    """`Duration::from_mins(30)` in seconds."""
    unit, count = re.search(r"from_(secs|mins)\((\d+)\)", duration).groups()
    return int(count) * {"secs": 1, "mins": 60}[unit]


@dataclass(frozen=True)
class Consumer:
    """One function and the queues its mappings read."""

    name: str  # Matching
    queues: tuple[str, ...]  # logical ids

    @property
    def folder(self) -> str:
        return self.name.lower()

    @property
    def dead_letters(self) -> str:
        return f"{self.name}DeadLetterQueue"


@cache
def consumers() -> tuple[Consumer, ...]:
    return tuple(
        Consumer(name.removesuffix("Function"), tuple(mapped_queues(function)))
        for name, function in resources("Serverless::Function").items()
    )


def mapped_queues(function: Properties) -> list[str]:
    return [target(event["Properties"]["Queue"]) for event in function["Events"].values()]


def consumed_queues() -> dict[str, Consumer]:
    return {queue: consumer for consumer in consumers() for queue in consumer.queues}
