"""The simulation's queues, subscriptions and mappings (tests/support/wiring.json) are those that are deployed."""

import json
from typing import Any

from stack_template import ROOT, Properties, resources, setting, target, template

QUEUES = resources("SQS::Queue")
UNLIMITED = 1024 * 1024  # SQS's own limit


def name(queue: str) -> str:
    return QUEUES[queue]["QueueName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")


def resolved(value: Any) -> Any:
    """A parameter's default, where the value is a parameter."""
    return template()["Parameters"][value["Ref"]]["Default"] if isinstance(value, dict) else value


def queue(logical: str, properties: Properties) -> dict[str, Any]:
    redrive = properties.get("RedrivePolicy")
    return {
        "name": name(logical),
        "fifo": properties.get("FifoQueue", False),
        "contentBasedDeduplication": properties.get("ContentBasedDeduplication", False),
        "delay": resolved(properties.get("DelaySeconds", 0)),
        "visibility": properties.get("VisibilityTimeout", 30),
        "maximumMessageSize": properties.get("MaximumMessageSize", UNLIMITED),
        "deadLetters": redrive
        and {
            "queue": name(target(redrive["deadLetterTargetArn"])),
            "maxReceiveCount": redrive["maxReceiveCount"],
        },
    }


def subscription(properties: Properties) -> dict[str, Any]:
    return {
        "queue": name(target(properties["Endpoint"])),
        "filterPolicy": properties.get("FilterPolicy"),
        "undelivered": name(target(properties["RedrivePolicy"]["deadLetterTargetArn"])),
    }


def mapping(function: str, event: Properties) -> dict[str, Any]:
    return {
        "queue": name(target(event["Queue"])),
        "function": function.lower(),
        "batchSize": resolved(event["BatchSize"]),
        "window": resolved(event.get("MaximumBatchingWindowInSeconds", 0)),
        "concurrency": event["ScalingConfig"]["MaximumConcurrency"],
        "timeout": setting(function)["Timeout"],
    }


def deployed() -> dict[str, list[dict[str, Any]]]:
    functions = {key.removesuffix("Function"): body for key, body in resources("Serverless::Function").items()}
    return {
        "queues": [queue(key, properties) for key, properties in QUEUES.items()],
        "subscriptions": [subscription(properties) for properties in resources("SNS::Subscription").values()],
        "mappings": [
            mapping(function, event["Properties"])
            for function, properties in functions.items()
            for event in properties["Events"].values()
        ],
    }


def test_what_is_simulated_is_what_is_deployed() -> None:
    assert json.loads((ROOT / "tests/support/wiring.json").read_text()) == deployed()
