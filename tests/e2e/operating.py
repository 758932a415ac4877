"""The operator's program, run against the stack under test."""

import json
import os
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import Any

from devstack.clients.stack import Stack
from devstack.events import envelope
from devstack.local.functions import program
from sandbox import Sandbox

FOLDER = Path(tempfile.mkdtemp(prefix="matchflow-"))  # where journals go
os.environ["XDG_STATE_HOME"] = str(FOLDER / "state")
ACTIONS = FOLDER / "state/matchflow/actions.jsonl"
LIMIT = 120.0  # seconds
PURCHASES = 4


def matchflow(*arguments: str, expect: int | None = 0) -> Any:
    """What a command answers in JSON; it has to end with this exit code, or with any if there is none."""
    return json.loads(run(*arguments, "--json", expect=expect).stdout)


def run(*arguments: str, expect: int | None = None) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run([program(), *arguments], cwd=FOLDER, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert expect in (None, ended.returncode), (arguments, ended.returncode, ended.stdout, ended.stderr)
    return ended


def dead_purchases(stack: Stack, partner: str, count: int = PURCHASES, cause: str = "its cause") -> list[str]:
    """Puts purchases into points' dead-letter queue, in one message group."""
    purchases = [f"buy-{uuid.uuid4().hex[:8]}" for _ in range(count)]
    failure = {"DataType": "String", "StringValue": f"{cause} {partner.removeprefix('p-')}"}
    for purchase in purchases:
        stack.sqs.send_message(
            QueueUrl=stack.queue("PointsDeadLetter"),
            MessageBody=json.dumps(envelope("points.purchased", {"purchaseId": purchase, "partnerId": partner, "points": 5})),
            MessageGroupId=partner,
            MessageDeduplicationId=purchase,
            MessageAttributes={"failure": failure},
        )
    return purchases


def forget(stack: Stack, queue: str, tag: str) -> None:
    """Deletes what a test has put there."""
    answer = stack.sqs.receive_message(
        QueueUrl=stack.queue(queue), MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=1
    )
    for message in answer.get("Messages", []):
        if tag in message["Body"]:
            stack.sqs.delete_message(QueueUrl=stack.queue(queue), ReceiptHandle=message["ReceiptHandle"])


def group_of(cause: str, sandbox: Sandbox) -> str:
    groups = json.loads(run("failures", "--json").stdout)["groups"]
    (group,) = [group["id"] for group in groups if group["key"] == f"{cause} {sandbox.tag}"]
    return str(group)
