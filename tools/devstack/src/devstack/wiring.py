"""shared/wiring/wiring.json: the queues, subscriptions and mappings that the template deploys, by which the tests are wired, and what else of
the template the operator's program holds a stack against.

python -m devstack.wiring    # writes it
"""

import json
from typing import Any

from devstack.policies import allowing, refusing
from devstack.project import ROOT
from devstack.template import Consumer, Properties, by_default, consumers, name, own_name, resources, target, template

FILE = ROOT / "shared/wiring/wiring.json"
UNLIMITED = 1024 * 1024  # SQS's own limit
KEPT = 345_600  # seconds; SQS's default


def deployed() -> dict[str, Any]:
    variables = [item for consumer in consumers() for item in consumer.variables.items() if item[0].endswith("_QUEUE_URL")]
    return {
        "queues": [queue(properties) for properties in resources("SQS::Queue").values()],
        "subscriptions": [subscription(properties) for properties in resources("SNS::Subscription").values()],
        "mappings": [mapping(consumer, properties) for consumer in consumers() for properties in consumer.mappings],
        "variables": {variable: name(target(value)) for variable, value in variables},
        "required": required(),
    }


def required() -> dict[str, Any]:
    """What a deployed stack must be besides."""
    queues = resources("SQS::Queue").values()
    read = {name(target(properties["Queue"])): properties for consumer in consumers() for properties in consumer.mappings}
    set_by = {"batchSize": "BatchSize", "window": "MaximumBatchingWindowInSeconds"}
    settable = {queue: [member for member, name in set_by.items() if isinstance(mapping.get(name), dict)] for queue, mapping in read.items()}
    return {
        "retention": {own_name(properties): properties.get("MessageRetentionPeriod", KEPT) for properties in queues},
        "refusing": refusing(),
        "allowing": allowing(),
        "settable": {queue: members for queue, members in settable.items() if members},
        "publishing": [consumer.folder for consumer in consumers() if consumer.publishes],
        "recursive": [consumer.folder for consumer in consumers() if consumer.properties.get("RecursiveLoop") == "Allow"],
        "tables": [table(consumer) for consumer in consumers() if consumer.table],
        "alarms": [logical_id.removesuffix("Alarm") for logical_id in resources("CloudWatch::Alarm")],
    }


def table(consumer: Consumer) -> dict[str, Any]:
    properties = resources("DynamoDB::Table")[str(consumer.table)]
    return {
        "function": consumer.folder,
        "expiry": properties.get("TimeToLiveSpecification", {}).get("AttributeName"),
        "indexes": [index["IndexName"] for index in properties.get("GlobalSecondaryIndexes", [])],
    }


def queue(properties: Properties) -> dict[str, Any]:
    redrive = properties.get("RedrivePolicy")
    return {
        "name": own_name(properties),
        "fifo": properties.get("FifoQueue", False),
        "contentBasedDeduplication": properties.get("ContentBasedDeduplication", False),
        "delay": resolved(properties.get("DelaySeconds", 0)),
        "visibility": properties.get("VisibilityTimeout", 30),
        "maximumMessageSize": properties.get("MaximumMessageSize", UNLIMITED),
        "deadLetters": redrive
        and {"queue": name(target(redrive["deadLetterTargetArn"])), "maxReceiveCount": resolved(redrive["maxReceiveCount"])},
    }


def subscription(properties: Properties) -> dict[str, Any]:
    return {
        "queue": name(target(properties["Endpoint"])),
        "filterPolicy": properties.get("FilterPolicy"),
        "undelivered": name(target(properties["RedrivePolicy"]["deadLetterTargetArn"])),
    }


def mapping(consumer: Consumer, properties: Properties) -> dict[str, Any]:
    return {
        "queue": name(target(properties["Queue"])),
        "function": consumer.folder,
        "batchSize": resolved(properties["BatchSize"]),
        "window": resolved(properties.get("MaximumBatchingWindowInSeconds", 0)),
        "concurrency": by_default(properties["ScalingConfig"])["MaximumConcurrency"],
        "timeout": consumer.properties["Timeout"],
    }


def resolved(value: Any) -> Any:
    """A parameter's default, where the value is a parameter."""
    return template()["Parameters"][value["Ref"]]["Default"] if isinstance(value, dict) else value


def text(wiring: dict[str, Any]) -> str:
    """As JSON, an entry a line."""

    def lines(entries: Any) -> str:
        if isinstance(entries, dict):
            pairs = (f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in entries.items())
            return "{\n" + ",\n".join(pairs) + "\n  }"
        return "[\n" + ",\n".join(f"    {json.dumps(entry)}" for entry in entries) + "\n  ]"

    return "{\n" + ",\n".join(f'  "{key}": {lines(entries)}' for key, entries in wiring.items()) + "\n}\n"


def consumed() -> list[str]:
    """The queues that functions read, as the stack's outputs name them (`Intake`)."""
    return [output_name(mapping["queue"]) for mapping in json.loads(FILE.read_text())["mappings"]]


def output_name(queue: str) -> str:
    """A queue's name in the stack's outputs (`intake.fifo` → `Intake`)."""
    return "".join(map(str.capitalize, queue.removesuffix(".fifo").split("-")))


if __name__ == "__main__":
    FILE.write_text(text(deployed()))
