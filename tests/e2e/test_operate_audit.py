"""`matchflow audit` against the deployed stack: what is written is clean, what was tampered with is found."""

import json
from pathlib import Path

import pytest
from devstack.clients.stack import Stack
from devstack.events import match_id
from operating import matchflow, run
from sandbox import Sandbox
from tampering import changed, registered, restored


pytestmark = pytest.mark.usefixtures("once")


def differences(tag: str, *arguments: str, expect: int | None = None) -> dict[str, dict[str, str]]:
    """What an audit finds of this test's own items, by rule and item."""
    found = matchflow("audit", *arguments, expect=expect)
    assert found["clean"] == (found["differences"] == [])
    own = [difference for difference in found["differences"] if tag in json.dumps(difference)]
    return {f"{difference['rule']}: {difference['item']}": difference for difference in own}


def test_what_the_functions_write_is_clean(sandbox: Sandbox, partner: str, request_id: str) -> None:
    sandbox.partner("poor", fee=10)
    refused = sandbox.request("refused", region="KR-11")
    sandbox.one("notification.sent", requestId=refused)
    assert differences(sandbox.tag) == {}
    found = matchflow("audit", "--segments", "3", expect=None)
    assert list(found) == ["stack", "clean", "differences", "notJudged", "looked", "startedAt", "endedAt"]
    matching, ledger = found["looked"]["matching"], found["looked"]["ledger"]
    assert found["looked"]["segments"] == 3
    assert min(matching["requests"], matching["partners"], ledger["accounts"], ledger["decisions"]) > 0
    assert matching["items"] >= matching["requests"] + matching["partners"]
    assert ledger["items"] >= ledger["accounts"] + ledger["decisions"]


def test_an_account_that_was_changed_is_found(stack: Stack, sandbox: Sandbox, partner: str, request_id: str) -> None:
    account = f"account-follows-history: partner {partner}"
    with changed(stack, "Ledger", f"partner#{partner}", "account", {"balance": {"N": "701"}}):
        assert differences(sandbox.tag, expect=1) == {
            account: {
                "rule": "account-follows-history",
                "item": f"partner {partner}",
                "found": "the account has 701 points at sequence 2",
                "expected": "as its last decision, 700 points at sequence 2",
                "look": f"matchflow partner {partner}",
            }
        }
        shown = run("audit", expect=1).stdout
        assert "difference" in shown.splitlines()[0] and f"→ matchflow partner {partner}\n" in shown
    assert differences(sandbox.tag) == {}


def test_an_account_and_a_balance_that_matching_knows_agree(
    stack: Stack, sandbox: Sandbox, partner: str, request_id: str
) -> None:
    known = {"shown": {"M": {"balance": {"N": "999"}, "sequence": {"N": "1"}}}}
    with changed(stack, "Matching", f"partner#{partner}", "partner", known):
        assert list(differences(sandbox.tag, expect=1)) == [f"known-balance: partner {partner}"]


def test_open_matches_that_were_changed_are_found(
    stack: Stack, sandbox: Sandbox, partner: str, request_id: str
) -> None:
    with changed(stack, "Matching", f"partner#{partner}", "partner", {"openMatches": {"N": "3"}}):
        (found,) = differences(sandbox.tag, expect=1).values()
        assert (found["rule"], found["found"]) == ("open-matches", "openMatches is 3")
        assert found["expected"] == f"1, the number of requests that have a live match with it: {request_id}"
        shown = run("partner", partner).stdout
        assert "open matches: 3 of 5" in shown and "1 found among the account's last 2 decisions" in shown
    assert differences(sandbox.tag) == {}


def test_a_charge_that_is_not_there_is_found(stack: Stack, sandbox: Sandbox, partner: str, request_id: str) -> None:
    with changed(stack, "Ledger", f"match#{match_id(request_id, 1)}", "decision", None):
        found = differences(sandbox.tag, expect=1)
        assert set(found) == {f"account-follows-history: partner {partner}", f"match-charge: request {request_id}"}
        assert found[f"match-charge: request {request_id}"]["look"] == f"matchflow follow {request_id}"
        assert differences(sandbox.tag, "--since", "2999-01-01T00:00:00Z") == {}


def test_a_charge_without_a_request_is_found(stack: Stack, sandbox: Sandbox, partner: str, request_id: str) -> None:
    with changed(stack, "Matching", f"request#{request_id}", "request", None):
        found = differences(sandbox.tag, expect=1)
        charge = f"charge-has-match: decision match#{match_id(request_id, 1)}"
        assert set(found) == {charge, f"open-matches: partner {partner}"}
        assert found[charge]["look"] == f"matchflow follow {match_id(request_id, 1)}"


def test_a_request_that_waits_for_long_and_one_in_an_unknown_state_are_found(
    stack: Stack, sandbox: Sandbox, partner: str, request_id: str
) -> None:
    long_ago = {"submission": {"M": {"submittedAt": {"S": "2026-03-02T00:00:00Z"}}}}
    with changed(stack, "Matching", f"request#{request_id}", "request", long_ago | {"state": {"S": "pending"}, "saved": {"NULL": True}}):
        (found,) = differences(sandbox.tag, expect=1).values()
        assert (found["rule"], found["item"]) == ("request-waits", f"request {request_id}")
        assert found["found"] == "pending in attempt 1 since 2026-03-02T00:00:00Z"
    with changed(stack, "Matching", f"request#{request_id}", "request", {"state": {"S": "lost"}}):
        assert f"request-state: request {request_id}" in differences(sandbox.tag, expect=1)


def test_a_restored_table_is_read_in_place_of_the_stacks(
    stack: Stack, sandbox: Sandbox, partner: str, request_id: str
) -> None:
    with restored(stack, "Ledger", without=f"match#{match_id(request_id, 1)}") as ledger:
        assert set(differences(sandbox.tag, "--ledger", ledger, expect=1)) == {
            f"account-follows-history: partner {partner}",
            f"match-charge: request {request_id}",
        }
    assert differences(sandbox.tag) == {}


def test_the_history_adds_up_line_by_line(tmp_path: Path, partner: str, request_id: str) -> None:
    file = tmp_path / "ledger.jsonl"
    run("audit", "--history", str(file), expect=None)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines == sorted(lines, key=lambda line: (line["partner"], line["sequence"]))
    first, second = (line for line in lines if line["partner"] == partner)
    assert (first["sequence"], first["kind"], first["points"], first["balance"]) == (1, "credit", 1_000, 1_000)
    assert second == {
        "partner": partner,
        "sequence": 2,
        "order": f"match#{match_id(request_id, 1)}",
        "kind": "charge",
        "points": 300,
        "balance": 700,
        "decidedAt": second["decidedAt"],
        "request": request_id,
    }


def test_a_hostile_id_is_escaped_and_can_be_copied_into_a_shell(stack: Stack, request_id: str) -> None:
    with changed(stack, "Matching", f"request#{request_id}", "request", {"partner": {"S": "p\u202e; ls"}}):
        shown = run("audit", expect=1).stdout
        assert r"partner p\u{202e}; ls" in shown and r"→ matchflow partner 'p\u{202e}; ls'" in shown


def test_an_item_under_the_key_of_another_is_found(stack: Stack, sandbox: Sandbox, partner: str) -> None:
    with changed(stack, "Matching", f"partner#{partner}", "partner", registered(stack, partner, partnerId="other")):
        found = differences(sandbox.tag, expect=1)[f"key-fits-item: partner {partner}"]
        assert found["expected"] == "partner#other, by what is in it"
