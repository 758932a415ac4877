"""Every record of the sample events gets its outcome (events/expected.json) from the deployed function."""

import json
from pathlib import Path

from stack import Stack, until

EVENTS = Path(__file__).resolve().parents[2] / "events"
# An answer must find its request, and a request its partner: events/README.md.
FIRST = ["points/good", "matching/good-partners", "matching/good", "matching/good-outcomes"]


def test_every_sample_gets_its_outcomes(stack: Stack) -> None:
    expected: dict[str, list[str]] = json.loads((EVENTS / "expected.json").read_text())
    for path in sorted(expected, key=lambda path: place(path.removesuffix(".json"))):
        records = json.loads((EVENTS / path).read_text())["Records"]
        assert invoke(stack, path) == {"batchItemFailures": []}, path
        wanted = {
            record["messageId"]: outcome
            for record, outcome in zip(records, expected[path], strict=True)
            if outcome not in ("accepted", "ignored")
        }
        assert quarantined(stack, {record["messageId"] for record in records}) == wanted, path


def place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)


def invoke(stack: Stack, path: str) -> object:
    name = stack.outputs["EventsTopicArn"].rsplit(":", 1)[1].replace("events.fifo", path.split("/")[0])
    answer = stack.client("lambda").invoke(FunctionName=name, Payload=(EVENTS / path).read_bytes())
    assert "FunctionError" not in answer, path
    return json.load(answer["Payload"])


def quarantined(stack: Stack, among: set[str]) -> dict[str, str]:
    """The reasons by message id, once all that was quarantined has been read: it was sent before the function answered."""
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def is_read() -> bool:
        held = stack.sqs.get_queue_attributes(QueueUrl=stack.quarantine.url, AttributeNames=counts)["Attributes"]
        return all(int(held[count]) == 0 for count in counts)

    until(is_read, "the quarantine queue is read")
    found = (event["data"] for event in stack.quarantine.events())
    return {data["messageId"]: data["reason"] for data in found if data["messageId"] in among}
