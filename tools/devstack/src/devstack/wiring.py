"""shared/wiring/wiring.json: the queues, subscriptions and mappings that the template deploys, by which the tests are wired.

python -m devstack.wiring    # writes it
"""

import json
from typing import Any

from devstack.project import ROOT
from devstack.template import Consumer, Properties, by_default, consumers, resources, target, template

FILE = ROOT / "shared/wiring/wiring.json"
UNLIMITED = 1024 * 1024  # SQS's own limit


def deployed() -> dict[str, Any]:
    variables = [item for consumer in consumers() for item in consumer.variables.items() if item[0].endswith("_QUEUE_URL")]
    return {
        "queues": [queue(properties) for properties in resources("SQS::Queue").values()],
        "subscriptions": [subscription(properties) for properties in resources("SNS::Subscription").values()],
        "mappings": [mapping(consumer, properties) for consumer in consumers() for properties in consumer.mappings],
        "variables": {variable: name(target(value)) for variable, value in variables},
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


def name(queue: str) -> str:
    """A queue's name without the stack's, by its logical id."""
    return own_name(resources("SQS::Queue")[queue])


def own_name(properties: Properties) -> str:
    return properties["QueueName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")


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
    queues = [mapping["queue"] for mapping in json.loads(FILE.read_text())["mappings"]]
    return ["".join(map(str.capitalize, queue.removesuffix(".fifo").split("-"))) for queue in queues]


if __name__ == "__main__":
    FILE.write_text(text(deployed()))
