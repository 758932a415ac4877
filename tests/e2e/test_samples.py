"""Every record of the sample events gets its outcome (events/expected.json) from the deployed function."""

import json
import uuid
from typing import Any

from devstack.clients.stack import Stack
from devstack.project import EVENTS
from devstack.waiting import until

# An answer must find its request, and a request its partner: events/README.md.
FIRST = ["points/good", "matching/good-partners", "matching/good", "matching/good-outcomes"]


def test_every_sample_gets_its_outcomes(stack: Stack) -> None:
    expected: dict[str, list[str]] = json.loads((EVENTS / "expected.json").read_text())
    for path in sorted(expected, key=lambda path: order(path.removesuffix(".json"))):
        records = delivered(path)
        assert invoke(stack, path.split("/")[0], records) == {"batchItemFailures": []}, path
        ids = [record["messageId"] for record in records]
        outcomes = zip(ids, expected[path], strict=True)
        wanted = {message: outcome for message, outcome in outcomes if outcome not in ("accepted", "ignored")}
        assert quarantined(stack, ids) == wanted, path


def order(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)


def delivered(path: str) -> list[dict[str, Any]]:
    """The file's records as messages of their own: quarantine takes each message id once in five minutes."""
    records = json.loads((EVENTS / path).read_text())["Records"]
    return [record | {"messageId": str(uuid.uuid4())} for record in records]


def invoke(stack: Stack, function: str, records: list[dict[str, Any]]) -> Any:
    answer = stack.invoke(function, json.dumps({"Records": records}))
    assert "FunctionError" not in answer, function
    return json.load(answer["Payload"])


def quarantined(stack: Stack, among: list[str]) -> dict[str, str]:
    """The reasons by message id, once all that was quarantined has been read: it was sent before the function answered."""
    until(lambda: stack.waiting("Quarantine") == 0, "the quarantine queue is read")
    found = (event["data"] for event in stack.quarantine.events())
    return {data["messageId"]: data["reason"] for data in found if data["messageId"] in among}
