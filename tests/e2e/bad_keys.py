"""Rows of bad input about business keys: what is taken, ignored or refused because of what was sent before."""

import json
from collections.abc import Iterator
from typing import Any

from bad_input import IGNORED, Case, Drafts, spoilt, with_text
from devstack.events import SENT_TO, Event, compact, envelope
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
