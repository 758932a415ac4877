"""tests/support/wiring.json, by which the Rust tests are wired, is made from the template (by running this file)."""

import json
import sys
from typing import Any

from stack_template import ROOT, Properties, resources, setting, target, template

QUEUES = resources("SQS::Queue")
WIRING = ROOT / "tests/support/wiring.json"
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


def variables(function: str) -> dict[str, str]:
    variables = setting(function)["Environment"]["Variables"]
    return {key: name(target(value)) for key, value in variables.items() if key.endswith("_QUEUE_URL")}


def deployed() -> dict[str, Any]:
    functions = {key.removesuffix("Function"): body for key, body in resources("Serverless::Function").items()}
    return {
        "queues": [queue(key, properties) for key, properties in QUEUES.items()],
        "subscriptions": [subscription(properties) for properties in resources("SNS::Subscription").values()],
        "mappings": [
            mapping(function, event["Properties"])
            for function, properties in functions.items()
            for event in properties["Events"].values()
        ],
        "variables": {key: queue for function in functions for key, queue in variables(function).items()},
    }


def one_entry_a_line(wiring: dict[str, Any]) -> str:
    def lines(entries: Any) -> str:
        if isinstance(entries, dict):
            pairs = (f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in entries.items())
            return "{\n" + ",\n".join(pairs) + "\n  }"
        return "[\n" + ",\n".join(f"    {json.dumps(entry)}" for entry in entries) + "\n  ]"

    return "{\n" + ",\n".join(f'  "{key}": {lines(entries)}' for key, entries in wiring.items()) + "\n}\n"


def test_the_tests_are_wired_as_what_is_deployed() -> None:
    assert WIRING.read_text() == one_entry_a_line(deployed()), f"run `{sys.executable} {__file__}`"


if __name__ == "__main__":
    WIRING.write_text(one_entry_a_line(deployed()))
