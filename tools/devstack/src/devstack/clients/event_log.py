"""The events that were published, by the request that they are about, and the state that they leave it in."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import datetime
from json import loads
from typing import Any

from devstack.events import derived
from devstack.project import CONSTANTS

DECISIONS = ("request.matched", "request.unmatched")  # about a request, of which its customer is told


@dataclass(frozen=True)
class Received:
    """An event as it was received."""

    id: str
    type: str
    time: float  # of the event, in seconds since 1970
    at: float  # when it was received
    data: dict[str, Any]


@dataclass
class RequestLog:
    """The events about one request, in the order in which they were received."""

    id: str
    events: list[Received] = field(default_factory=list)
    closed: bool = False  # whether its match was reported done

    def of(self, *event_types: str) -> list[Received]:
        return [event for event in self.events if event.type in event_types]

    @property
    def match(self) -> Received | None:
        """The latest match."""
        return max(self.of("request.matched"), key=lambda event: event.data["attempt"], default=None)

    @property
    def unmatched(self) -> Received | None:
        return next(iter(self.of("request.unmatched")), None)

    @property
    def charge(self) -> Received | None:
        """The charge for the latest match."""
        match, charges = self.match, self.of("points.deducted")
        return next((event for event in charges if match and event.data["matchId"] == match.data["matchId"]), None)

    @property
    def state(self) -> str:
        if self.unmatched:
            return f"Unmatched  {self.unmatched.data['reason']}"
        if self.charge:
            return "Closed" if self.closed else "Confirmed"
        return "waiting"

    @property
    def is_notified(self) -> bool:
        """Whether the customer was told the last decision, or cannot be: a refused push is followed by a text message."""
        decision = self.unmatched or self.match
        if decision is None:
            return False
        if decision.data.get("reason") == "closed":
            return True
        ids = {derived("notification", decision.id, channel) for channel in CONSTANTS["channels"]}
        answers = [event for event in self.events if event.data.get("notificationId") in ids]
        has_phone = "phone" in decision.data["customer"]
        return any(not (event.data.get("reason") == "refused" and has_phone) for event in answers)

    @property
    def is_settled(self) -> bool:
        """Whether it is charged or unmatched, and its customer told: what comes after that is the work."""
        return bool(self.unmatched or self.charge) and self.is_notified


class EventLog:
    """Takes events as they are received; those of requests and purchases not listed count for the accounts alone."""

    def __init__(self, request_ids: list[str], purchase_ids: Set[str] = frozenset()) -> None:
        self.requests = {request_id: RequestLog(request_id) for request_id in request_ids}
        self.purchase_ids = purchase_ids
        self.credited: set[str] = set()
        self.accounts: list[Received] = []
        self.contradictions: list[str] = []
        self.bodies: dict[str, str] = {}

    def add(self, body: str, at: float = 0.0) -> None:
        event = loads(body)
        known = self.bodies.setdefault(event["id"], body)
        if known is not body:
            if known != body:
                self.contradictions.append(f"{event['type']} {event['id']} was published with two contents")
            return
        received = Received(event["id"], event["type"], moment(event["time"]), at, event["data"])
        if received.type.startswith("points."):
            self.accounts.append(received)
        if received.data.get("purchaseId") in self.purchase_ids:
            self.credited.add(received.data["purchaseId"])
        if request := self.requests.get(received.data.get("requestId", "")):
            request.events.append(received)

    def settled(self) -> int:
        return sum(request.is_settled for request in self.requests.values())

    def confirmed(self) -> Iterator[RequestLog]:
        """The requests whose match is charged for and not closed yet."""
        return (request for request in self.requests.values() if request.state == "Confirmed")


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
