"""Rows of bad input about matches: their closes, and the answers and deferrals that only the topic sends."""

from collections.abc import Iterator
from typing import Any

from bad_input import IGNORED, Case
from bad_keys import Known, state
from devstack.events import SENT_TO, Event, compact, envelope, match_id
from devstack.waiting import until


def closes(known: Known) -> Iterator[Case]:
    yield Case("Intake", close(known.closed["data"]), IGNORED)
    for data in (
        {"requestId": f"none-{known.sandbox.tag}", "matchId": "m"},
        {"requestId": known.request["data"]["requestId"], "matchId": "m"},
        known.released["data"],
        known.match["data"] | {"requestId": known.closed["data"]["requestId"]},
        known.closed["data"] | {"requestId": known.request["data"]["requestId"]},
    ):
        yield Case("Intake", close(data), "breaks_contract")


def close(data: dict[str, Any]) -> str:
    return compact(envelope("match.closed", {name: data[name] for name in ("requestId", "matchId")}))


def close_of_a_pending_match(known: Known) -> Iterator[Case]:
    """Both are sent at once. Whether the close is there before the charge's answer is left to chance; test_life.py orders them."""
    request = known.drafts.request()
    request_id = request["data"]["requestId"]
    yield known.drafts.taken(request)

    def is_closed() -> None:
        until(lambda: state(known.sandbox, request) == "closed", "the match is closed")

    body = close({"requestId": request_id, "matchId": match_id(request_id, 1)})
    yield Case("Intake", body, "accepted", is_closed)


def answers(known: Known, request_id: str, match: str) -> list[Event]:
    """Events about a match and a deferral, as points and matching publish them."""
    moved = {"partnerId": known.drafts.partner, "points": 1, "balance": 1, "sequence": 9}
    about = {"requestId": request_id, "matchId": match}
    when = {"submittedAt": "2026-03-02T00:17:04Z", "category": known.sandbox.category, "region": "KR-11"}
    deferral = {"requestId": request_id, "attempt": 9, "retryAt": "2026-03-02T00:17:04Z"}
    return [
        envelope("points.deducted", about | moved | when | {"transferId": "t"}),
        envelope("points.rejected", about | moved | when | {"reason": "insufficient_points"}),
        envelope("request.deferred", deferral),
    ]


def forged(known: Known) -> Iterator[Case]:
    data = known.match["data"]
    deducted, rejected, deferred = answers(known, data["requestId"], data["matchId"])
    credit = {"partnerId": known.drafts.partner, "points": 1, "balance": 1, "sequence": 9, "transferId": "t", "purchaseId": "p"}
    credited = envelope("points.credited", credit)
    direct = {*SENT_TO.values()}
    for queue in (*direct, "Deferred"):
        yield from (Case(queue, compact(event), "breaks_contract") for event in (deducted, rejected, credited))
    for queue in (*direct, "Outcomes"):
        yield Case(queue, compact(deferred), "breaks_contract")
    for queue in direct - {"Points"}:
        yield Case(queue, compact(known.match), "breaks_contract")
    for queue in ("Outcomes", "Deferred"):
        others = (known.drafts.request(), known.drafts.registration(), known.drafts.close())
        yield from (Case(queue, compact(event), "breaks_contract") for event in others)


def unknown_or_contradictory(known: Known) -> Iterator[Case]:
    deducted, rejected, deferred = answers(known, f"none-{known.sandbox.tag}", "m")
    data = known.match["data"]
    _, contradiction, _ = answers(known, data["requestId"], data["matchId"])
    unknown_match, _, early = answers(known, data["requestId"], "m")
    yield from (Case("Outcomes", compact(event), "breaks_contract") for event in (deducted, rejected, unknown_match, contradiction))
    yield from (Case("Deferred", compact(event), "breaks_contract") for event in (deferred, early))


def credits_of_strangers(known: Known) -> Iterator[Case]:
    data = {"partnerId": f"stranger-{known.sandbox.tag}", "points": 1, "balance": 1, "sequence": 1, "transferId": "t", "purchaseId": "p"}
    yield Case("Outcomes", compact(envelope("points.credited", data)), IGNORED)
