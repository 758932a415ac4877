"""One test's own part of the stack: partners and customers that no other test meets."""

import json
import uuid
from typing import Any

from devstack.clients.stack import Stack
from devstack.events import Event, envelope, match_id
from devstack.waiting import until


class Sandbox:
    """Sends what a partner admin, a payment system and an intake API would."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.tag = uuid.uuid4().hex[:8]
        self.category = f"cleaning-{self.tag}"

    def partner(self, name: str, capacity: int = 5, fee: int = 100, points: int = 0, **data: Any) -> str:
        """Registers a partner. Where `points` are given, buys them and waits until they are credited."""
        partner_id = f"{name}-{self.tag}"
        self.register(partner_id, capacity=capacity, fee=fee, **data)
        if points:
            self.buy(partner_id, points)
        return partner_id

    def register(self, partner_id: str, version: int = 1, capacity: int = 5, fee: int = 100, **data: Any) -> None:
        """Sends a registration, and waits until it is handled: in effect for every later request."""
        self.stack.emit("partner.registered", self.registration(partner_id, version, capacity, fee, **data), group=partner_id)
        until(lambda: self.stack.waiting("Partners") == 0, "the registration is handled")

    def registration(self, partner_id: str, version: int = 1, capacity: int = 5, fee: int = 100, **data: Any) -> dict[str, Any]:
        facts = {
            "partnerId": partner_id,
            "version": version,
            "name": "Clean & Co",
            "categories": [self.category],
            "regions": ["KR-11"],
            "capacity": capacity,
            "fee": {"points": fee},
        }
        return facts | data

    def registered(self, partner_id: str) -> dict[str, Any]:
        """The registration in force, as matching has stored it."""
        (item,) = self.stack.query("Matching", f"partner#{partner_id}")
        registered: dict[str, Any] = item["registered"]
        return registered

    def buy(self, partner_id: str, points: int) -> Event:
        purchase = {"purchaseId": f"buy-{uuid.uuid4().hex[:8]}", "partnerId": partner_id, "points": points}
        self.stack.emit("points.purchased", purchase, group=partner_id)
        return self.one("points.credited", purchaseId=purchase["purchaseId"])

    @property
    def group(self) -> str:
        return f"customer-{self.tag}"

    def request(self, name: str, **data: Any) -> str:
        """Submits a request; returns its id."""
        request_id = f"{name}-{self.tag}"
        self.stack.emit("request.submitted", self.submission(request_id) | data, group=self.group)
        return request_id

    def requests(self, *names: str) -> list[str]:
        """Submits requests in one call, so that all are matched before any is charged."""
        request_ids = [f"{name}-{self.tag}" for name in names]
        self.together(*(envelope("request.submitted", self.submission(request_id)) for request_id in request_ids))
        return request_ids

    def request_and_close(self, name: str) -> str:
        """Submits a request and closes its first match in one call, so that the charge's answer comes after both."""
        request_id = f"{name}-{self.tag}"
        match = {"requestId": request_id, "matchId": match_id(request_id, 1)}
        self.together(envelope("request.submitted", self.submission(request_id)), envelope("match.closed", match))
        return request_id

    def marker(self) -> None:
        """Waits until a request that was submitted just now is told its decision: all that was sent before it is handled."""
        marker = self.request(f"marker-{uuid.uuid4().hex[:8]}", region="KR-50")  # where no test has a partner
        self.one("notification.sent", requestId=marker)

    def together(self, *events: Event) -> None:
        self.stack.send_batch("Intake", [{"MessageBody": json.dumps(event), "MessageGroupId": self.group} for event in events])

    def submission(self, request_id: str) -> dict[str, Any]:
        return {
            "requestId": request_id,
            "customer": {"id": self.group, "phone": self.phone},
            "category": self.category,
            "region": "KR-11",
            "details": {"note": f"secret-{self.tag}"},
        }

    @property
    def phone(self) -> str:
        """A number of Korea's mobile form that is this test's own."""
        return f"+8210{int(self.tag, 16) % 10**8:08}"

    def close(self, match: Event) -> None:
        data = {key: match["data"][key] for key in ("requestId", "matchId")}
        self.stack.emit("match.closed", data, group=self.group)

    def all(self, kind: str, count: int = 1, **data: Any) -> list[Event]:
        """The published events with these members, once there are `count`."""
        return self.stack.listener.wait(kind, lambda e: data.items() <= e["data"].items(), count)

    def one(self, kind: str, **data: Any) -> Event:
        """The only published event with these members, so far: a test that expects no second one asks again after a `marker`."""
        events = self.all(kind, **data)
        assert len(events) == 1, [e["id"] for e in events]
        return events[0]

    def none(self, kind: str, **data: Any) -> None:
        events = self.stack.listener.events(kind, lambda e: data.items() <= e["data"].items())
        assert events == []

    def texts(self) -> list[str]:
        """What this test's customer got by text message."""
        return self.stack.texts_to(self.phone)
