"""The operator's program: how the stack is, where a request is, what failed."""

import json
import os
import re
import subprocess
from typing import Any

import pytest
from devstack.clients.stack import Stack
from devstack.events import compact, envelope
from devstack.local.functions import program
from devstack.project import CONTRACT, ROOT
from devstack.waiting import until
from operating import FOLDER, PURCHASES, dead_purchases, forget, group_of, matchflow, run
from sandbox import Sandbox

pytestmark = pytest.mark.usefixtures("once")
PATH = f"{program().parent}:{os.environ['PATH']}"
SLOWLY = ("--rate", "10", "--hold", "2", "--ramp", "100")
HOSTILE = "\u001b[2Jx\u202ey"


def test_status_shows_every_queue_and_whether_it_is_read(stack: Stack) -> None:
    ended = run("status", "--json")
    status = json.loads(ended.stdout)
    assert ended.returncode == ["well", "behind", "failing"].index(status["verdict"])
    assert len(status["queues"]) == len(stack.queues())
    assert {consumer["state"] for consumer in status["consumers"]} == {"Enabled"}


def test_a_paused_queue_keeps_what_comes_until_it_is_resumed(stack: Stack, sandbox: Sandbox) -> None:
    assert matchflow("pause", "intake", "--why", f"mending {HOSTILE}{sandbox.tag}") == {"queues": ["intake.fifo"], "isPaused": True, "keptDays": 14}
    try:
        until(lambda: "intake.fifo" in not_read(), "the queue is not read any more")
        request = sandbox.request("paused")
        status = json.loads(run("status", "--json").stdout)
        (finding,) = [finding for finding in status["findings"] if finding.get("queue") == "intake.fifo"]
        assert status["verdict"] == "failing"
        assert "paused since" in finding["text"] and sandbox.tag in finding["text"]
        sandbox.none("request.unmatched", requestId=request)
    finally:
        assert matchflow("resume", "intake") == {"queues": ["intake.fifo"], "isPaused": False, "keptDays": 14}
    sandbox.one("request.unmatched", requestId=request)
    until(lambda: "intake.fifo" not in not_read(), "the queue is read again")


def not_read() -> set[str]:
    """The queues that no function reads, as status has it."""
    consumers = json.loads(run("status", "--json").stdout)["consumers"]
    return {consumer["queue"] for consumer in consumers if consumer["state"] != "Enabled"}


def test_a_request_is_followed_by_its_id_and_by_its_matchs(sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=1_000)
    request = sandbox.request("followed")
    charge = sandbox.one("points.deducted", requestId=request)
    told = sandbox.one("notification.sent", requestId=request)

    story = until(lambda: whole(matchflow("follow", request), "confirmed"), "all of the story")
    assert story["subject"] == {"kind": "request", "id": request}
    assert [event["type"] for event in story["events"]][0] == "request.matched"
    assert {event["id"] for event in story["events"]} >= {charge["id"], told["id"]}
    (charged,) = [event for event in story["events"] if event["type"] == "points.deducted"]
    assert (charged["data"]["partnerId"], charged["data"]["balance"]) == (partner, 900)
    assert story["request"]["customer"] == {"id": sandbox.group}
    assert sandbox.phone not in json.dumps(story)
    assert matchflow("follow", charge["data"]["matchId"])["events"] == story["events"]
    assert matchflow("follow", request, "--show-personal")["request"]["customer"]["phone"] == sandbox.phone


def whole(story: dict[str, Any], state: str) -> dict[str, Any] | None:
    """The story, once matching has the answer and statistics has all that was published."""
    is_whole = story["state"] == state and not story["expected"] and all(event["counted"] for event in story["events"])
    return story if is_whole else None


def test_what_a_request_waits_for_is_said(stack: Stack, sandbox: Sandbox) -> None:
    sandbox.partner("full", capacity=0)
    request = sandbox.request("waiting")
    sandbox.all("request.deferred", requestId=request)
    story = matchflow("follow", request)
    (expected,) = story["expected"]
    assert (story["state"], expected["record"], expected["queue"]) == ("deferred", "request.deferred", "deferred.fifo")
    assert expected["deadLetters"] == "matching-dead-letters.fifo"


def test_an_unknown_id_is_said_and_shown_harmless() -> None:
    ended = run("follow", HOSTILE)
    assert ended.returncode == 70
    assert r"Nothing is stored under \u{1b}[2Jx\u{202e}y" in ended.stderr


def test_failures_are_grouped_by_their_cause_and_nothing_personal_is_shown(stack: Stack, sandbox: Sandbox) -> None:
    for number in range(3):
        submission = sandbox.submission(HOSTILE) | {"partnerId": sandbox.phone}
        stack.sqs.send_message(
            QueueUrl=stack.queue("StatisticsDeadLetter"),
            MessageBody=json.dumps(envelope(f"{HOSTILE}{sandbox.phone}", submission)),
            MessageAttributes={"failure": {"DataType": "String", "StringValue": f"{sandbox.tag}\u202e (request {number})"}},
        )
    shown, text = run("failures", "--json"), run("failures")
    (group,) = [group for group in json.loads(shown.stdout)["groups"] if sandbox.tag in group["key"]]
    assert (group["count"], group["kind"], group["queue"], group["isRecent"]) == (3, "deadLetter", "statistics-dead-letters", True)
    assert group["sample"]["about"] == {}
    for output in (shown.stdout, text.stdout):
        assert sandbox.tag in output and sandbox.phone not in output
        assert not {"\u202e", "\u001b"} & set(output)
    assert shown.returncode == text.returncode == 1
    assert re.search(rf"→ matchflow redrive {group['id']}( --|$)", text.stdout, re.M)
    assert matchflow("redrive", group["id"])["moves"] == [{"count": 3, "from": "statistics-dead-letters", "to": "statistics"}]
    forget(stack, "StatisticsDeadLetter", sandbox.tag)


@pytest.mark.parametrize("lines", [2, 3])
def test_a_redrive_that_is_killed_goes_on_by_its_journal(stack: Stack, sandbox: Sandbox, lines: int) -> None:
    """It is killed once its journal has so many lines: before and after a message is sent, and deleted."""
    partner = sandbox.partner("p", points=100)
    purchases = dead_purchases(stack, partner)
    journal = FOLDER / f"{sandbox.tag}.jsonl"
    killed = subprocess.Popen([program(), "redrive", partner, "--execute", "--journal", journal, *SLOWLY], stdout=subprocess.DEVNULL)
    until(lambda: journal.exists() and len(journal.read_text().splitlines()) >= lines, "so many lines")
    killed.kill()
    killed.wait()
    redriven = matchflow("redrive", "--resume", str(journal), *SLOWLY)
    assert (redriven["putBack"], redriven["ended"]) == (PURCHASES, "done")
    for purchase in purchases:
        sandbox.one("points.credited", purchaseId=purchase)
    balances = [decision["balance"] for decision in stack.history(partner)]
    assert balances == [100 + 5 * n for n in range(PURCHASES + 1)]
    assert matchflow("redrive", partner)["moves"] == []


def test_what_failed_before_it_was_decided_is_found_by_its_request(stack: Stack, sandbox: Sandbox) -> None:
    request = f"failed-{sandbox.tag}"
    stack.sqs.send_message(
        QueueUrl=stack.queue("MatchingDeadLetter"),
        MessageBody=json.dumps(envelope("request.submitted", sandbox.submission(request))),
        MessageGroupId=sandbox.group,
        MessageDeduplicationId=request,
        MessageAttributes={"failure": {"DataType": "String", "StringValue": "dynamodb:GetItem: Throttled"}},
    )
    story = matchflow("follow", request, expect=1)
    (kept,) = story["failed"]
    assert (kept["queue"], kept["type"], kept["cause"]) == ("matching-dead-letters.fifo", "request.submitted", "dynamodb:GetItem: Throttled")
    assert "advice" not in kept and kept["command"].startswith("matchflow redrive ")
    assert sandbox.phone not in json.dumps(story)
    assert matchflow("redrive", kept["messageId"], "--execute")["putBack"] == 1
    sandbox.one("request.unmatched", requestId=request)


def test_what_is_dropped_is_in_a_file_and_can_be_restored(stack: Stack, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=100)
    purchases = dead_purchases(stack, partner)
    export = FOLDER / f"dropped-{sandbox.tag}.jsonl"
    drop = ("drop", partner, "--export", str(export))
    planned = matchflow(*drop)
    assert (planned["count"], planned["isDone"]) == (PURCHASES, False)
    assert not export.exists()

    assert matchflow(*drop, "--execute")["count"] == PURCHASES
    assert export.stat().st_mode & 0o077 == 0
    _, *lines = [json.loads(line) for line in export.read_text().splitlines()]
    assert {json.loads(line["body"])["data"]["purchaseId"] for line in lines} == set(purchases)
    assert matchflow("redrive", partner)["moves"] == []

    expected = {"count": PURCHASES, "published": 0, "before": 0, "isDone": False}
    assert matchflow("restore", str(export)) == expected
    assert matchflow("restore", str(export), "--execute") == expected | {"isDone": True}
    assert matchflow("restore", str(export), "--execute")["count"] == 0
    assert matchflow("redrive", partner, "--execute", "--ramp", "10")["putBack"] == PURCHASES
    for purchase in purchases:
        sandbox.one("points.credited", purchaseId=purchase)

    export.write_text(export.read_text().replace(stack.topic, stack.topic.replace("000000000000", "111111111111")))
    other = run("restore", str(export), "--execute")
    assert (other.returncode, "it is of the stack of" in other.stderr) == (70, True)


def test_a_redrive_gets_past_what_stays_in_the_same_message_group(stack: Stack, sandbox: Sandbox) -> None:
    """SQS gives no more of a group while one of its messages is received."""
    partner = sandbox.partner("p", points=100)
    stays = dead_purchases(stack, partner, 2, "another cause")
    purchases = dead_purchases(stack, partner, 14)
    stays += dead_purchases(stack, partner, 1, "another cause")
    group = group_of("its cause", sandbox)
    redriven = matchflow("redrive", group, "--execute", "--rate", "100")
    assert (redriven["putBack"], redriven["ended"], redriven["partlySeen"]) == (14, "done", [])
    for purchase in purchases:
        sandbox.one("points.credited", purchaseId=purchase)
    for purchase in stays:
        sandbox.none("points.credited", purchaseId=purchase)
    assert matchflow("redrive", partner, "--execute", "--max", "2", "--ramp", "10", expect=1)["ended"] == "maxReached"
    assert matchflow("drop", partner, "--export", f"stays-{sandbox.tag}.jsonl", "--execute")["count"] == 1


def test_every_commands_example_works(stack: Stack, sandbox: Sandbox) -> None:
    golden = json.loads((CONTRACT / "golden/request.submitted.json").read_text())
    stack.emit("request.submitted", golden["data"], group=golden["data"]["customer"]["id"])
    partner = sandbox.partner("p", points=100)
    dead_purchases(stack, partner)
    sandbox.register("p-1")
    examples = re.findall(r"Example:\n  (matchflow .*)\n", (ROOT / "docs/reference/matchflow.md").read_text())
    commands = {example.split()[1] for example in examples}
    assert commands == set(re.findall(r"^## matchflow (\w+)$", (ROOT / "docs/reference/matchflow.md").read_text(), re.MULTILINE))

    (FOLDER / "requests.jsonl").write_text(compact(golden))
    matchflow("drop", partner, "--export", "dropped.jsonl", "--execute")
    until(lambda: run("follow", golden["data"]["requestId"]).returncode == 0, "the request can be followed")
    findings = {"status": (0, 1, 2), "failures": (0, 1), "audit": (0, 1), "doctor": (0, 1), "drop": (1,), "replay": (70,)}  # what other tests do shows in the first; nothing is dropped, and there is no archive
    for example in examples:
        ended = subprocess.run(["sh", "-c", example], cwd=FOLDER, env=dict(os.environ) | {"PATH": PATH}, check=False)
        assert ended.returncode in findings.get(example.split()[1], (0,)), example


def test_a_watch_ends_once_nothing_is_expected(sandbox: Sandbox) -> None:
    request = sandbox.request("watched")
    sandbox.one("notification.sent", requestId=request)
    watched = run("follow", request, "--watch")
    assert watched.returncode == 0
    assert "waits for" not in watched.stdout.rsplit(request, 1)[1]


def test_a_stack_on_aws_is_found_by_its_name(stack: Stack, sandbox: Sandbox) -> None:
    """Where the usual settings say so: here, the engine's address."""
    request = sandbox.request("named")
    sandbox.one("request.unmatched", requestId=request)
    assert matchflow("follow", request, "--stack", stack.name)["subject"]["id"] == request
    assert matchflow("redrive", "none", "--stack", stack.name)["moves"] == []
    unknown = run("follow", request, "--stack", "unknown")
    assert unknown.returncode == 70
    assert unknown.stderr.startswith("There is no stack unknown: it would have a function unknown-")


def test_a_file_of_requests_is_submitted_whole_or_not_at_all(sandbox: Sandbox) -> None:
    requests = [f"s{number}-{sandbox.tag}" for number in range(12)]
    lines = [compact(envelope("request.submitted", sandbox.submission(request))) for request in requests]
    file = FOLDER / f"requests-{sandbox.tag}.jsonl"
    file.write_text("\n".join([*lines, lines[0].replace("KR-11", "Seoul")]))
    (refused,) = matchflow("submit", str(file), expect=1)["refused"]
    assert (refused["line"], "`data.region` must be" in refused["why"]) == (13, True)
    sandbox.marker()
    sandbox.none("request.unmatched", category=sandbox.category, requestId=requests[0])

    file.write_text("\n".join(lines))
    assert matchflow("submit", str(file)) == {"sent": 12, "refused": [], "first": requests[0]}
    for request in requests:
        sandbox.one("request.unmatched", requestId=request)


def test_a_request_is_found_by_what_no_key_leads_to(sandbox: Sandbox) -> None:
    sandbox.partner("p", points=1_000)
    requests = sorted(f"{name}-{sandbox.tag}" for name in ("found1", "found2"))
    for request in requests:
        sandbox.request(request.removesuffix(f"-{sandbox.tag}"))
        charge = sandbox.one("points.deducted", requestId=request)
        sandbox.one("notification.sent", requestId=request)
    until(lambda: whole(matchflow("follow", requests[1]), "confirmed"), "all of the story")
    for other_id in (charge["data"]["transferId"], charge["id"]):
        assert run("follow", other_id).returncode == 70
        assert matchflow("follow", other_id, "--scan")["subject"] == {"kind": "request", "id": requests[1]}
    several = matchflow("follow", sandbox.group, "--scan")
    assert [found["subject"]["id"] for found in several["found"]] == requests
    assert {found["by"] for found in several["found"]} == {"customer"}
    assert matchflow("follow", requests[1][:-1], "--scan")["subject"]["id"] == requests[1]
    assert matchflow("follow", f"nothing-{sandbox.tag}", "--scan", expect=1)["found"] == []


def test_the_days_counts_are_shown_by_category(stack: Stack, sandbox: Sandbox) -> None:
    for name in ("c1", "c2"):
        sandbox.one("request.unmatched", requestId=sandbox.request(name))
    expected = {"unmatched": 2}

    def counted() -> bool:
        stack.fold()
        row = matchflow("statistics", "--by", "category")["rows"].get(sandbox.category, {})
        return {name: row.get(name) for name in expected} == expected

    until(counted, "both requests among the counts")
    (row,) = [line.split() for line in run("statistics", "--by", "category").stdout.splitlines() if line.startswith(sandbox.category)]
    assert (row[2], row[-1]) == ("2", "–")  # a purchase has no category
    assert matchflow("statistics")["rows"]["all"]["unmatched"] >= 2
    assert matchflow("statistics", "--day", "2001-01-01") == {"day": "2001-01-01", "by": "total", "rows": {}, "delays": {}}
