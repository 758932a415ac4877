"""Bad input on the deployed stack, case by case: the record that is sent, and what must become of it. The rows are in
bad_forms.py (form and envelope), bad_data.py (data), taken_input.py (unusual, and taken), and, where they depend on what was sent before, in
bad_keys.py and bad_matches.py."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from devstack.events import SENT_TO, Event, compact, envelope
from sandbox import Sandbox

ACCEPTED, IGNORED = "accepted", "ignored"


@dataclass(frozen=True)
class Case:
    """A record, and its outcome: accepted, ignored, or the reason for which it is quarantined."""

    queue: str
    body: str
    outcome: str
    effect: Callable[[], Any] = lambda: None  # raises where an accepted record did not have its effect
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    path: str = ""  # of the member that the quarantined record's detail has to name

    def wrapped(self) -> "Case":
        """The same record in an SNS notification."""
        named = {name: {"Type": value["DataType"], "Value": text(value)} for name, value in self.attributes.items()}
        notification = {
            "Type": "Notification",
            "MessageId": "a3a3a3a3-0000-5000-8000-000000000000",
            "TopicArn": "arn:aws:sns:ap-northeast-2:000000000000:shop.fifo",
            "Message": self.body,
            "Timestamp": "2026-03-02T00:17:04.000Z",
            "MessageAttributes": named,
        }
        return replace(self, body=compact(notification), attributes={})


def text(attribute: dict[str, Any]) -> str:
    """An attribute's value in JSON: binary ones in base64."""
    if "BinaryValue" in attribute:
        return base64.b64encode(attribute["BinaryValue"]).decode()
    return str(attribute["StringValue"])


def quarantined_form(attribute: dict[str, Any]) -> dict[str, str]:
    """A message attribute as `record.quarantined` has it."""
    value = "binaryValue" if "BinaryValue" in attribute else "stringValue"
    return {"dataType": attribute["DataType"], value: text(attribute)}


class Drafts:
    """Good events, each of a business key of its own, to be spoilt or to be taken."""

    def __init__(self, sandbox: Sandbox, partner: str) -> None:
        self.sandbox, self.partner = sandbox, partner
        self.made = 0

    def name(self) -> str:
        self.made += 1
        return f"own{self.made}-{self.sandbox.tag}"

    def request(self, **data: Any) -> Event:
        return envelope("request.submitted", self.sandbox.submission(self.name()) | data)

    def purchase(self, **data: Any) -> Event:
        return envelope("points.purchased", {"purchaseId": self.name(), "partnerId": self.partner, "points": 5} | data)

    def registration(self, **data: Any) -> Event:
        facts = {"partnerId": self.name(), "version": 1, "name": "Own & Co", "categories": ["none"], "regions": ["KR-11"]}
        return envelope("partner.registered", facts | {"capacity": 1, "fee": {"points": 1}} | data)

    def all(self) -> Iterator[Event]:
        yield from (self.request(), self.purchase(), self.registration())

    def close(self) -> Event:
        return envelope("match.closed", {"requestId": self.name(), "matchId": "m"})

    def taken(self, event: Event, body: str | None = None, **more: Any) -> Case:
        """A case of this event, or of this body of it, that is taken and has its effect."""
        body = body or compact(event)
        return Case(SENT_TO[event["type"]], body, ACCEPTED, lambda: self.had_effect(json.loads(body)), **more)

    def had_effect(self, event: Event) -> None:
        data, sandbox = event["data"], self.sandbox
        match event["type"]:
            case "request.submitted":
                sandbox.one("request.matched", requestId=data["requestId"])
            case "points.purchased":
                sandbox.one("points.credited", purchaseId=data["purchaseId"], points=data["points"])
            case "partner.registered":
                given = {name: value for name, value in data.items() if value is not None and name != "later"}
                assert sandbox.registered(data["partnerId"]) == {"active": True} | given


def spoilt(event: Event, body: str, reason: str, **more: Any) -> Case:
    """A case of an event whose body was spoilt: it is quarantined."""
    return Case(SENT_TO[event["type"]], body, reason, **more)


def with_member(event: Event, path: str, value: Any) -> Event:
    """The event with another value at a path (`data/fee/points`)."""
    first, *rest = path.split("/", 1)
    return event | {first: with_member(event[first], rest[0], value) if rest else value}


def without_member(event: Event, path: str) -> Event:
    """The event without the member at a path."""
    first, *rest = path.split("/", 1)
    if rest:
        return event | {first: without_member(event[first], rest[0])}
    return {name: value for name, value in event.items() if name != first}


def with_text(event: Event, path: str, text: str) -> str:
    """The event as JSON with this text, which need not be JSON, at a path."""
    mark = "\ue000"
    return compact(with_member(event, path, mark)).replace(json.dumps(mark, ensure_ascii=False), text)


def string(value: str, label: str = "") -> dict[str, str]:
    return {"DataType": f"String{label}", "StringValue": value}
