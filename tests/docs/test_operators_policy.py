"""The operator's IAM policies in docs/do/operate.md: one for looking, held against what the operator's program calls, and one for changing, held
against the template's queues; enough for its pages, and no more."""

import json
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from devstack.project import ROOT
from devstack.template import consumed_queues, consumers, resources, statements

DOCUMENTS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", (ROOT / "docs/do/operate.md").read_text(), re.S)]
PROGRAM = ROOT / "tools/matchflow/src"
SOURCES = [*PROGRAM.rglob("*.rs")]
CHANGING = {PROGRAM / folder for folder in ("redrive", "pausing", "dropping", "submit", "replay", "demo")}
JUDGED = {PROGRAM / "doctor/rules"}  # which name the actions of others
LOOKING, PAUSING, REPLAYING, POLICY = (document for document in DOCUMENTS if "Statement" in document)
READ = {"sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
MOVE = READ | {"sqs:SendMessage"} | {"sqs:StartMessageMoveTask", "sqs:ListMessageMoveTasks", "sqs:CancelMessageMoveTask"}
EXPECTED = (
    {queue: {"sqs:SendMessage"} for queue in consumed_queues()}
    | {"PartnersQueue": set()}  # a sender there sets fees: docs/do/partners.md
    | {dead_letters: MOVE for consumer in consumers() for dead_letters in consumer.dead_letter_queues.values()}
    | {"QuarantineQueue": READ | {"sqs:SendMessage"}, "UndeliveredQueue": READ}
)


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def allowed(service: str, name: str) -> set[str]:
    """What the policy allows on a resource of `matchflow-prod`."""
    arn = f"arn:aws:{service}:ap-northeast-2:<account>:{name}"
    fitting = (s for s in statements(POLICY) if any(fnmatchcase(arn, pattern) for pattern in listed(s["Resource"])))
    return {action for statement in fitting for action in listed(statement["Action"])}


@pytest.mark.parametrize("queue", resources("SQS::Queue"))
def test_an_operator_may_redrive_read_what_was_set_aside_and_no_more(queue: str) -> None:
    name = resources("SQS::Queue")[queue]["QueueName"]["Fn::Sub"].replace("${AWS::StackName}", "matchflow-prod")
    assert allowed("sqs", name) == EXPECTED[queue]


def test_an_operator_may_publish_undelivered_events_again_and_use_the_key_for_that() -> None:
    assert allowed("sns", "matchflow-prod-events.fifo") == {"sns:Publish"}
    (key,) = (s for s in statements(POLICY) if s["Resource"] == "<KeyArn>")
    assert set(key["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert set(key["Condition"]["StringEquals"]["kms:ViaService"]) == {f"{service}.ap-northeast-2.amazonaws.com" for service in ("sqs", "sns")}
    assert len(statements(POLICY)) == 6 and all(s["Effect"] == "Allow" for s in statements(POLICY))


def calls(files: Iterable[Path]) -> set[str]:
    """The operations that the program names in these files, each as the IAM action that it takes."""
    return {name for file in files for name in re.findall(r'"([a-z]+:[A-Z][A-Za-z]+)"', file.read_text())}


@pytest.mark.parametrize(("places", "policy"), [({"pausing"}, PAUSING), ({"replay", "subscriptions.rs"}, REPLAYING)])
def test_pausing_and_replaying_take_what_the_program_calls_for_that_and_no_more(places: set[str], policy: dict[str, Any]) -> None:
    called = calls(file for file in SOURCES if places & {*file.relative_to(PROGRAM).parts})
    assert {action for s in statements(policy) for action in listed(s["Action"])} == called


def test_an_operator_may_look_with_all_that_the_program_calls_for_that_and_no_more() -> None:
    called = calls(file for file in SOURCES if not (CHANGING | JUDGED) & {*file.parents})
    tables = (ROOT / "tools/matchflow/src/tables.rs").read_text()
    by_table = {"get(": "dynamodb:GetItem", "batch_get(": "dynamodb:BatchGetItem", "query(": "dynamodb:Query"}
    called |= {operation for method, operation in by_table.items() if f"self.items.{method}" in tables}
    assert {action for s in statements(LOOKING) for action in listed(s["Action"])} == called | {"kms:Decrypt"}
    assert all(s["Effect"] == "Allow" for s in statements(LOOKING))


def test_redriving_dropping_and_restoring_take_no_more_than_both_policies() -> None:
    called = calls(file for file in SOURCES if {PROGRAM / "redrive", PROGRAM / "dropping"} & {*file.parents})
    allowed_in_all = {action for policy in (LOOKING, POLICY) for s in statements(policy) for action in listed(s["Action"])}
    assert called and called <= allowed_in_all
