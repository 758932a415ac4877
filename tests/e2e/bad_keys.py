"""Rows of bad input about business keys: what is taken, ignored or refused because of what was sent before."""

import json
from collections.abc import Iterator
from typing import Any

from bad_input import IGNORED, Case, Drafts, spoilt, with_text
from devstack.events import SENT_TO, Event, compact, envelope, match_id
from devstack.waiting import until
from sandbox import Sandbox


class Known:
    """What the stack knows before the cases are sent."""

    def __init__(self, drafts: Drafts) -> None:
        self.drafts, self.sandbox = drafts, drafts.sandbox
        self.request, self.purchase = drafts.request(details={"rooms": 3}), drafts.purchase()
        self.registration = drafts.registration(version=5)
        self.other = drafts.request()
        for event in (self.request, self.purchase, self.registration, self.other):
            self.send(drafts.taken(event))
        self.match = self.sandbox.one("request.matched", requestId=self.request["data"]["requestId"])
        other = self.sandbox.one("request.matched", requestId=self.other["data"]["requestId"])
        for match in (self.match, other):
            self.sandbox.one("points.deducted", matchId=match["data"]["matchId"])
        self.sandbox.close(other)
        self.closed = other
        self.released = self.release()
        until(lambda: state(self.sandbox, self.other) == "closed", "the other request is closed")

    def send(self, case: Case) -> None:
        self.sandbox.stack.send(case.queue, case.body, self.sandbox.group)

    def release(self) -> Event:
        """A match whose charge was refused, of a partner that serves no other request."""
        self.sandbox.partner("poor", categories=[f"poor-{self.sandbox.tag}"])
        request = self.sandbox.request("released", category=f"poor-{self.sandbox.tag}")
        self.sandbox.one("points.rejected", requestId=request)
        return self.sandbox.one("request.matched", requestId=request)


def state(sandbox: Sandbox, request: Event) -> Any:
    (item,) = sandbox.stack.query("Matching", f"request#{request['data']['requestId']}")
    return item["state"]


def again(event: Event, **data: Any) -> Event:
    """The event in another envelope, with some data changed."""
    return envelope(event["type"], event["data"] | data)


def conflicts(known: Known) -> Iterator[Case]:
    changed = [
        again(known.request, region="KR-26"),
        again(known.request, details={"rooms": 4}),
        again(known.purchase, points=6),
        again(known.registration, capacity=2),
    ]
    yield from (spoilt(event, compact(event), "identity_conflict") for event in changed)
    dearer = again(known.match, fee={"points": known.match["data"]["fee"]["points"] + 1})
    yield Case("Points", compact(dearer), "identity_conflict")


def repeats(known: Known) -> Iterator[Case]:
    """No second effect: `had_effect` finds one event, and the registration as it was."""
    for event in (known.request, known.purchase, known.registration):
        turned = dict(reversed(again(event, later=[1])["data"].items()))
        envelope_turned = dict(reversed(again(event).items())) | {"data": turned}
        yield known.drafts.taken(event, json.dumps(envelope_turned, indent=3))
    yield known.drafts.taken(known.request, compact(again(known.request)).replace('"rooms":3', '"rooms":0.3e1'))
    for event, path, number in ((known.purchase, "data/points", 5), (known.registration, "data/version", 5)):
        for text in (f"{number}.0", f"{number}e0"):
            yield known.drafts.taken(event, with_text(again(event), path, text))


def envelope_ids_used_before(known: Known) -> Iterator[Case]:
    for event in known.drafts.all():
        yield known.drafts.taken(event | {"id": known.request["id"], "source": known.request["source"]})


def lower_versions(known: Known) -> Iterator[Case]:
    older = again(known.registration, version=4, capacity=7, name="Other & Co")
    yield Case(SENT_TO[older["type"]], compact(older), IGNORED, lambda: known.drafts.had_effect(known.registration))


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
