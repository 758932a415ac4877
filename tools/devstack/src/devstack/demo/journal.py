"""What has been seen of each request, and where that leaves it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from json import loads
from typing import Any
from uuid import UUID, uuid5

NAMESPACE = UUID("5b6deb89-35ff-40b5-a114-cf222863cc99")


@dataclass(frozen=True)
class Seen:
    """An event, and when it came in here."""

    id: str
    type: str
    time: float
    at: float
    data: dict[str, Any]


@dataclass
class Request:
    """Everything that became known of one request, in the order in which it came in."""

    id: str
    events: list[Seen] = field(default_factory=list)
    closed: bool = False

    def of(self, event_type: str) -> list[Seen]:
        return [seen for seen in self.events if seen.type == event_type]

    @property
    def match(self) -> Seen | None:
        """The latest match."""
        return max(self.of("request.matched"), key=lambda seen: seen.data["attempt"], default=None)

    @property
    def charge(self) -> Seen | None:
        """The charge for the latest match."""
        match = self.match
        paid = self.of("points.deducted") if match else []
        return next((seen for seen in paid if match and seen.data["matchId"] == match.data["matchId"]), None)

    @property
    def end(self) -> Seen | None:
        """What brought the request to rest: its charge, or that nobody was found."""
        return next(iter(self.of("request.unmatched")), None) or self.charge

    @property
    def state(self) -> str:
        if unmatched := self.of("request.unmatched"):
            return f"Unmatched  {unmatched[0].data['reason']}"
        if self.charge:
            return "Closed" if self.closed else "Confirmed"
        return "waiting"

    @property
    def told(self) -> bool:
        """Whether the customer was told how it ended, or could not be."""
        news = next(iter(self.of("request.unmatched")), None) or self.match
        if news is None:
            return False
        if news.data.get("reason") == "closed":
            return True
        ids = {
            channel: str(uuid5(NAMESPACE, f"notification/{news.id}/{channel}")) for channel in ("sms", "push", "none")
        }
        answers = [seen for seen in self.events if seen.data.get("notificationId") in ids.values()]
        has_phone = "phone" in news.data["customer"]
        return any(not (seen.data.get("reason") == "refused" and has_phone) for seen in answers)

    @property
    def at_rest(self) -> bool:
        return self.end is not None and self.told


class Journal:
    """Takes events as they come; those of other runs count for the books only."""

    def __init__(self, request_ids: list[str], purchase_ids: set[str]) -> None:
        self.requests = {request_id: Request(request_id) for request_id in request_ids}
        self.purchase_ids = purchase_ids
        self.credited: set[str] = set()
        self.accounts: list[Seen] = []
        self.contradictions: list[str] = []
        self._bodies: dict[str, str] = {}
        self._lock = threading.Lock()

    def see(self, body: str, at: float) -> None:
        event = loads(body)
        with self._lock:
            known = self._bodies.setdefault(event["id"], body)
            if known is not body:
                if known != body:
                    self.contradictions.append(f"{event['type']} {event['id']} was published with two contents")
                return
            seen = Seen(event["id"], event["type"], moment(event["time"]), at, event["data"])
            self._sort(seen)

    def _sort(self, seen: Seen) -> None:
        if seen.type.startswith("points."):
            self.accounts.append(seen)
        if seen.data.get("purchaseId") in self.purchase_ids:
            self.credited.add(seen.data["purchaseId"])
        request = self.requests.get(seen.data.get("requestId", ""))
        if request:
            request.events.append(seen)

    def at_rest(self) -> int:
        return sum(request.at_rest for request in self.requests.values())

    def confirmed(self) -> Iterator[Request]:
        """The requests whose match is charged for and not closed yet."""
        return (request for request in self.requests.values() if request.state == "Confirmed")


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
