"""The sample batches: SQS events as Lambda hands them over, each record with its expected outcome."""

import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from contract import REASONS, parsed
from devstack.events import derived, match_id
from devstack.project import EVENT_TYPES, EVENTS, FUNCTIONS, ROOT
from devstack.schemas import breaks_schema

OUTCOMES: dict[str, list[str]] = json.loads((EVENTS / "expected.json").read_text())


def records(path: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((EVENTS / path).read_text())["Records"]
    return loaded


def event_of(record: dict[str, Any]) -> Any:
    """The event in a record, out of the SNS wrapping if it has one."""
    body = parsed(record["body"])
    wrapped = isinstance(body, dict) and body.get("Type") == "Notification"
    return parsed(body["Message"]) if wrapped else body


def events_in(path: str) -> list[Any]:
    return [event_of(record) for record in records(path)]


def is_of_unknown_type(event: Any) -> bool:
    return isinstance(event, dict) and event["type"] not in EVENT_TYPES


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_its_four_samples(function: str) -> None:
    there = {file.stem for file in (EVENTS / function).glob("*.json")}
    assert {"good", "mixed", "bad", "sns-wrapped"} <= there


@pytest.mark.parametrize("path", OUTCOMES)
def test_a_record_has_the_form_that_lambda_gives_it(path: str) -> None:
    batch = records(path)
    assert 1 <= len(batch) <= (150 if path.endswith("/large.json") else 10)
    assert len({record["messageId"] for record in batch}) == len(batch)
    for record in batch:
        UUID(record["messageId"])
        assert record["md5OfBody"] == hashlib.md5(record["body"].encode()).hexdigest()
        assert record["eventSource"] == "aws:sqs"
        assert record["awsRegion"] == record["eventSourceARN"].split(":")[3] == "ap-northeast-2"
        assert int(record["attributes"]["ApproximateReceiveCount"]) >= 1
        assert int(record["attributes"]["SentTimestamp"]) > 0
        fifo = record["eventSourceARN"].endswith(".fifo")
        assert ("MessageGroupId" in record["attributes"]) == ("SequenceNumber" in record["attributes"]) == fifo
        assert all(len(value["stringValue"]) > 0 for value in record["messageAttributes"].values())


@pytest.mark.parametrize("path", OUTCOMES)
def test_a_batch_comes_by_one_queue_that_the_template_makes(path: str) -> None:
    template = (ROOT / "template.yaml").read_text()
    arns = {record["eventSourceARN"] for record in records(path)}
    assert len(arns) == 1
    name = arns.pop().removeprefix("arn:aws:sqs:ap-northeast-2:000000000000:matchflow-")
    assert f"QueueName: !Sub ${{AWS::StackName}}-{name}\n" in template


@pytest.mark.parametrize("path", OUTCOMES)
def test_every_record_has_an_outcome_that_fits_its_file(path: str) -> None:
    outcomes = set(OUTCOMES[path])
    assert len(OUTCOMES[path]) == len(records(path))
    assert outcomes <= REASONS | {"accepted", "ignored"}
    name = Path(path).stem
    if name.startswith("bad"):
        assert outcomes <= REASONS
    elif name == "mixed":
        assert "accepted" in outcomes and outcomes & REASONS
        unknown = [outcome for event, outcome in zip(events_in(path), OUTCOMES[path], strict=True) if is_of_unknown_type(event)]
        only_the_topic_sends = Path(path).parent.name in ("notification", "statistics")
        assert unknown == ["ignored" if only_the_topic_sends else "breaks_contract"]
    else:
        assert outcomes == {"accepted"}


@pytest.mark.parametrize("path", OUTCOMES)
def test_what_is_accepted_fits_its_schema_and_what_breaks_the_contract_alone_does_not(path: str) -> None:
    for record, outcome in zip(records(path), OUTCOMES[path], strict=True):
        event = event_of(record)
        if outcome in ("accepted", "identity_conflict"):
            assert breaks_schema(event) == []
        elif outcome == "breaks_contract" and not _is_misplaced(record, event):
            assert breaks_schema(event) != []


def _is_misplaced(record: dict[str, Any], event: Any) -> bool:
    """Well-formed, but not what its attribute says, or not of the queue it came by."""
    attribute = record["messageAttributes"].get("eventType", {"stringValue": event["type"]})["stringValue"]
    foreign = {"intake": ("partner.registered", "points.deducted"), "partners": ("request.submitted",)}
    queue = record["eventSourceARN"].rsplit("-", 1)[1].removesuffix(".fifo")
    return is_of_unknown_type(event) or attribute != event["type"] or event["type"] in foreign.get(queue, ())


@pytest.mark.parametrize("path", OUTCOMES)
def test_a_published_event_has_the_id_and_the_attributes_of_its_key(path: str) -> None:
    for record, outcome in zip(records(path), OUTCOMES[path], strict=True):
        event = event_of(record)
        if outcome == "accepted" and event["source"].startswith("/matchflow/"):
            assert event["id"] == derived(event["type"], event["subject"])
            if record["body"].startswith('{"specversion"'):
                sent = {name: value["stringValue"] for name, value in record["messageAttributes"].items()}
                assert sent == {"eventType": event["type"], "correlationId": event["correlationid"]}


def test_wrapped_samples_hold_the_bodies_of_raw_ones() -> None:
    for function in FUNCTIONS:
        raw = "good-outcomes" if function == "matching" else "good"
        wrapped = [event_of(record) for record in records(f"{function}/sns-wrapped.json")]
        bodies = [event_of(record) for record in records(f"{function}/{raw}.json")]
        assert wrapped and all(event in bodies for event in wrapped)


def test_what_outcomes_brings_is_for_the_requests_that_intake_brought() -> None:
    requests = [event_of(record)["data"].get("requestId") for record in records("matching/good.json")]
    for record in records("matching/good-outcomes.json")[1:]:
        answer = event_of(record)["data"]
        assert answer["requestId"] in requests
        assert answer["matchId"] == match_id(answer["requestId"], 1)


def test_the_large_batch_has_much_to_tell_apart_in_no_order_and_partly_twice() -> None:
    events = [event_of(record) for record in records("statistics/large.json")]
    bodies = {event["id"]: event for event in events}
    assert len(events) > 100 and len(bodies) < len(events)
    assert [event["time"] for event in events] != sorted(event["time"] for event in events)
    assert len({event["type"] for event in events}) == 8
    assert len({event["time"][:10] for event in events}) == 2 and len({event["time"][:13] for event in events}) > 8
    matches = [event["data"] for event in events if event["type"] == "request.matched"]
    for key in ("category", "region"):
        assert len({match[key] for match in matches}) > 2
    assert len({match["partner"]["id"] for match in matches}) > 2
