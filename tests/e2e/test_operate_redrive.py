"""Redriving, dropping and restoring with a full disk, onto a paused queue and queue by queue; the action log; a replay without an archive."""

import json
import os
import resource
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from devstack.clients.stack import Stack
from devstack.local.functions import program
from devstack.waiting import until
from operating import ACTIONS, FOLDER, matchflow, run
from sandbox import Sandbox
from test_operating import dead_purchases, not_read

pytestmark = pytest.mark.usefixtures("once")
SLOW = 60.0  # seconds


def on_a_full_disk(size: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the program where no file can grow beyond so many bytes: the write that would is refused in its middle."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    command = [program(), *arguments]
    return subprocess.run(
        command, cwd=FOLDER, capture_output=True, text=True, timeout=SLOW, check=False, preexec_fn=limit, restore_signals=False, env=logged_elsewhere()
    )


def logged_elsewhere() -> dict[str, str]:
    """An environment whose action log is new and so short enough for any limit."""
    folder = FOLDER / f"state-{len(list(FOLDER.iterdir()))}"
    return dict(os.environ) | {"XDG_STATE_HOME": str(folder)}


@pytest.mark.parametrize("size", [600, 700, 900])
def test_a_redrive_on_a_full_disk_stops_and_goes_on_by_its_journal(stack: Stack, sandbox: Sandbox, size: int) -> None:
    partner = sandbox.partner("p", points=100)
    purchases = dead_purchases(stack, partner)
    journal = str(FOLDER / f"full-{sandbox.tag}.jsonl")
    stopped = on_a_full_disk(size, "redrive", partner, "--execute", "--journal", journal, "--ramp", "10")
    assert stopped.returncode == 70, stopped.stdout
    assert "cannot be used: File too large" in stopped.stdout and f"matchflow redrive --resume {journal}" in stopped.stdout
    redriven = matchflow("redrive", "--resume", journal, "--ramp", "10")
    assert (redriven["putBack"], redriven["ended"]) == (len(purchases), "done")
    for purchase in purchases:
        sandbox.one("points.credited", purchaseId=purchase)
    assert len(stack.history(partner)) == len(purchases) + 1


@pytest.mark.parametrize("size", [700, 900])
def test_a_drop_and_a_restore_on_a_full_disk_lose_nothing(stack: Stack, sandbox: Sandbox, size: int) -> None:
    partner = sandbox.partner("p", points=100)
    purchases = dead_purchases(stack, partner)
    export = str(FOLDER / f"full-{sandbox.tag}.jsonl")
    drop = ("drop", partner, "--export", export, "--execute")
    stopped = on_a_full_disk(size, *drop)
    assert stopped.returncode == 70 and "File too large" in stopped.stdout, stopped.stdout
    assert "To go on: matchflow drop" in stopped.stdout
    before = len(exported(export))
    assert matchflow(*drop)["count"] == len(purchases) - before
    assert {json.loads(line["body"])["data"]["purchaseId"] for line in exported(export)} == set(purchases)

    Path(f"{export}.restored").write_text("\n" * 650)  # as long as the action log will be
    stopped = on_a_full_disk(700, "restore", export, "--execute")
    assert stopped.returncode == 70 and "To go on: matchflow restore" in stopped.stdout, stopped.stdout + stopped.stderr
    matchflow("restore", export, "--execute")
    assert matchflow("redrive", partner, "--execute", "--ramp", "10")["putBack"] == len(purchases)
    for purchase in purchases:
        sandbox.one("points.credited", purchaseId=purchase)


def exported(export: str) -> list[dict[str, Any]]:
    """The whole lines of an export, without its head."""
    text = Path(export).read_text()
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()[1:]]


def test_nothing_is_put_back_onto_a_paused_queue(stack: Stack, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=100)
    dead_purchases(stack, partner, 1)
    matchflow("pause", "points", "--why", f"mending {sandbox.tag}")
    try:
        until(lambda: "points.fifo" in not_read(), "the queue is not read any more")
        (stays,) = matchflow("redrive", partner)["refused"]
        assert "points.fifo is not read (paused since " in stays["why"] and sandbox.tag in stays["why"]
        redriven = matchflow("redrive", partner, "--execute", expect=1)
        assert (redriven["putBack"], redriven["refused"][0]["why"]) == (0, stays["why"])
    finally:
        matchflow("resume", "points")
    until(lambda: "points.fifo" not in not_read(), "the queue is read again")
    assert matchflow("redrive", partner, "--execute", "--queue", "points-dead-letters")["putBack"] == 1


def test_a_queue_that_keeps_nothing_that_failed_is_refused() -> None:
    ended = run("redrive", "x", "--queue", "points", expect=64)
    assert "what failed is in quarantine, undelivered, " in ended.stderr


def test_actions_are_written_down_and_without_that_they_do_not_begin(sandbox: Sandbox, request_id: str) -> None:
    shown = matchflow("follow", request_id, "--show-personal")
    assert shown["request"]["customer"]["phone"] == sandbox.phone
    lines = [json.loads(line) for line in ACTIONS.read_text().splitlines()]
    (begun,) = [line for line in lines if request_id in line.get("command", [])]
    (ended,) = [line for line in lines if line["action"] == begun["action"] and "outcome" in line]
    assert (begun["command"][0], begun["uid"], ended["outcome"]) == ("follow", os.getuid(), "done")
    assert ACTIONS.stat().st_mode & 0o777 == 0o600
    assert sandbox.phone not in ACTIONS.read_text()

    command = [program(), "follow", request_id, "--show-personal"]
    nowhere = dict(os.environ) | {"XDG_STATE_HOME": "/dev/null"}
    refused = subprocess.run(command, cwd=FOLDER, env=nowhere, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (70, "")
    assert refused.stderr.startswith("The action log /dev/null/matchflow/actions.jsonl cannot be written: ")


def test_without_an_archive_nothing_is_replayed() -> None:
    ended = run("replay", "--to", "points", "--from", "2026-03-02T00:00:00Z", "--execute", expect=70)
    assert ended.stderr.startswith("The topic has no archive: ArchiveDays is 0 in this stack.")
