"""template.yaml and samconfig.toml: resources by type, what refers to what, the functions that read queues, environments."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from samcli.yamlhelper import yaml_parse

from devstack.project import ROOT

Properties = dict[str, Any]


@cache
def template() -> dict[str, Any]:
    return yaml_parse((ROOT / "template.yaml").read_text())


@cache
def environments() -> dict[str, dict[str, Any]]:
    """samconfig.toml by environment (`dev`): the parameters of each command."""
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    return {name: commands for name, commands in config.items() if isinstance(commands, dict)}


def overrides(environment: str) -> dict[str, str]:
    """The template's parameters that an environment sets."""
    return dict(pair.split("=", 1) for pair in environments()[environment]["global"]["parameters"]["parameter_overrides"])


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


def name(queue: str) -> str:
    """A queue's name without the stack's, by its logical id."""
    return own_name(resources("SQS::Queue")[queue])


def own_name(properties: Properties) -> str:
    return properties["QueueName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")


def by_default(value: Any) -> Any:
    """What a value under a condition is with the parameters' defaults, with which no condition but of the environment holds."""
    return value["Fn::If"][2] if "Fn::If" in value else value


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(policy: Any) -> list[dict[str, Any]]:
    """The statements of a policy document, those under a condition included."""
    return [s["Fn::If"][1] if "Fn::If" in s else s for s in policy["Statement"]]


@dataclass(frozen=True)
class Consumer:
    """A function, by its logical id without `Function` (`AuditLog`), and the queues that it reads."""

    name: str

    @property
    def properties(self) -> Properties:
        """The function's own over the template's Globals."""
        return template()["Globals"]["Function"] | resources("Serverless::Function")[f"{self.name}Function"]

    @property
    def metadata(self) -> Properties:
        return template()["Resources"][f"{self.name}Function"]["Metadata"]

    @property
    def folder(self) -> str:
        """The name of its folder in functions/ and of its binary (`audit-log`)."""
        return self.metadata["BuildProperties"]["Binary"]

    @property
    def variables(self) -> dict[str, Any]:
        return self.properties["Environment"]["Variables"]

    @property
    def mappings(self) -> list[Properties]:
        return self.events("SQS")

    @property
    def schedules(self) -> list[Properties]:
        return self.events("Schedule")

    def events(self, kind: str) -> list[Properties]:
        """What invokes it, of one kind."""
        return [event["Properties"] for event in self.properties["Events"].values() if event["Type"] == kind]

    @property
    def concurrency(self) -> list[int]:
        """The batches at once of each mapping."""
        return [by_default(mapping["ScalingConfig"])["MaximumConcurrency"] for mapping in self.mappings]

    @property
    def queues(self) -> list[str]:
        """The logical ids of the queues that it reads."""
        return [target(mapping["Queue"]) for mapping in self.mappings]

    @property
    def dead_letters(self) -> str:
        return f"{self.name}DeadLetterQueue"

    @property
    def dead_letter_queues(self) -> dict[str, str]:
        """The logical ids of its queues' dead-letter queues, by queue."""
        policies = {queue: resources("SQS::Queue")[queue]["RedrivePolicy"] for queue in self.queues}
        return {queue: target(policy["deadLetterTargetArn"]) for queue, policy in policies.items()}

    @property
    def table(self) -> str | None:
        """The logical id of its table, if it has one."""
        return target(self.variables["TABLE_NAME"]) if "TABLE_NAME" in self.variables else None

    @property
    def publishes(self) -> bool:
        return "TOPIC_ARN" in self.variables


@cache
def consumers() -> tuple[Consumer, ...]:
    return tuple(Consumer(name.removesuffix("Function")) for name in resources("Serverless::Function"))


def consumed_queues() -> dict[str, Consumer]:
    return {queue: consumer for consumer in consumers() for queue in consumer.queues}
