"""`matchflow partner` against the deployed stack."""

import json

import pytest
from devstack.clients.stack import Stack
from operating import matchflow, run
from sandbox import Sandbox
from tampering import changed, registered

pytestmark = pytest.mark.usefixtures("once")
HOSTILE = "\x1b[2Jclean\u202e & co\u200b"


def test_a_partner_is_shown_with_its_matches_and_its_account(partner: str, request_id: str) -> None:
    for scan in ((), ("--scan",)):
        shown = matchflow("partner", partner, *scan)
        (holder,) = shown["openMatches"]["requests"]
        assert (holder["request"], holder["state"], shown["openMatches"]["count"]) == (request_id, "confirmed", 1)
        assert shown["openMatches"]["scanned"] == bool(scan)
    assert list(shown) == ["id", "registration", "openMatches", "account", "accountIsUnreadable", "known", "suspended", "entries"]
    assert (shown["account"], shown["suspended"]) == ({"balance": 700, "sequence": 2}, False)
    assert shown["known"] == {"balance": 1_000, "sequence": 1}
    assert [(entry["sequence"], entry["kind"], entry["points"]) for entry in shown["entries"]] == [(2, "charge", 300), (1, "credit", 1_000)]
    assert len(matchflow("partner", partner, "--entries", "1")["entries"]) == 1
    text = run("partner", partner).stdout
    assert "account: 700 points at sequence 2; matching knows 1000 points at sequence 1 (a newer one is saved when" in text


def test_an_account_is_added_up_over_all_of_its_decisions(stack: Stack, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", fee=300, points=400)
    sandbox.requests("paid", "refused")
    for answer in ("points.deducted", "points.rejected"):
        sandbox.one(answer, partnerId=partner)
    sandbox.buy(partner, 50)
    expected = {"bought": {"points": 450, "count": 2}, "charged": {"points": 300, "count": 1}, "refused": {"points": 300, "count": 1}}
    shown = matchflow("partner", partner, "--sum", "--entries", "1")
    assert shown["sums"] == expected | {"missing": 0, "isBalance": True}
    said = run("partner", partner, "--sum").stdout
    assert "  sum: 450 bought in 2 purchases − 300 charged in 1 match = 150, the balance; refused: 1 charge, of 300 points\n" in said
    with changed(stack, "Ledger", f"partner#{partner}", "account", {"balance": {"N": "151"}}):
        assert matchflow("partner", partner, "--sum")["sums"] == expected | {"missing": 0, "isBalance": False}


def test_it_is_said_which_decisions_are_shown(sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", points=100)
    for _ in range(2):
        sandbox.buy(partner, 1)
    for arguments, said in {
        ("--entries", "2"): "  the last 2 of 3 decisions; --entries N shows more",
        ("--entries", "1", "--before", "3"): "  1 of 3 decisions, before sequence 3; --entries N shows more",
        ("--before", "3"): "  2 of 3 decisions, before sequence 3",
        ("--entries", "3"): None,
    }.items():
        lines = run("partner", partner, *arguments, expect=0).stdout.splitlines()
        assert [line for line in lines if "decisions" in line] == ([said] if said else [])
    assert matchflow("partner", partner, "--before", "1")["entries"] == []


def test_an_entrys_order_is_followed_to_its_request_or_purchase(partner: str, request_id: str) -> None:
    charge, purchase = (entry["order"] for entry in matchflow("partner", partner)["entries"])
    assert charge.startswith("match#") and matchflow("follow", charge)["subject"] == {"kind": "request", "id": request_id}
    assert matchflow("follow", purchase)["subject"] == {"kind": "purchase", "id": purchase.removeprefix("purchase#")}
    assert run("follow", f"{purchase}0").returncode == 70


def test_a_partners_id_is_followed_to_the_partner_and_so_is_how_it_begins(sandbox: Sandbox) -> None:
    partner = sandbox.partner("followed", points=1_000)
    assert matchflow("follow", partner) == matchflow("partner", partner)
    assert matchflow("follow", partner[:-1], "--scan") == matchflow("partner", partner)


def test_an_id_of_a_partner_and_of_a_request_leads_to_the_request_and_how_it_begins_to_both(sandbox: Sandbox) -> None:
    partner, request = sandbox.partner("same", points=1_000), sandbox.request("same")
    sandbox.one("points.deducted", requestId=request)
    assert partner == request
    assert matchflow("follow", request)["subject"] == {"kind": "request", "id": request}
    found = matchflow("follow", request[:-1], "--scan")["found"]
    assert [one["subject"] for one in found] == [{"kind": kind, "id": request} for kind in ("request", "partner")]


def test_an_account_that_is_no_number_is_said_and_not_shown_as_none(stack: Stack, partner: str) -> None:
    with changed(stack, "Ledger", f"partner#{partner}", "account", {"balance": {"S": "700"}}):
        shown = matchflow("partner", partner)
        assert (shown["account"], shown["accountIsUnreadable"]) == (None, True)
        assert "account: cannot be read: its balance or its sequence is no number; matching" in run("partner", partner).stdout


def test_an_unknown_partner_is_a_failure_that_says_where_to_look() -> None:
    ended = run("partner", "nobody\u202e", expect=70)
    assert ended.stderr.startswith("There is no partner nobody\\u{202e}: ") and ended.stdout == ""


def test_a_hostile_name_comes_out_escaped(stack: Stack, partner: str) -> None:
    with changed(stack, "Matching", f"partner#{partner}", "partner", registered(stack, partner, name=HOSTILE)):
        shown = run("partner", partner).stdout
        assert r"\u{1b}[2Jclean\u{202e} & co\u{200b}" in shown
        raw = run("partner", partner, "--json").stdout
        assert raw.isascii() and "\x1b" not in raw
        assert json.loads(raw)["registration"]["name"] == HOSTILE
