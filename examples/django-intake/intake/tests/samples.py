"""Sample requests as clients send them, and sample events as Matchflow publishes them."""

import json
import uuid
from typing import Any

from django.utils import timezone

from intake.models import CustomerRequest


def submission(**members: Any) -> dict[str, Any]:
    customer = {"id": "cus-1", "phone": "+821000990077"}
    return {"customer": customer, "category": "cleaning", "region": "KR-11", "details": {"rooms": 3}} | members


def stored_request(request_id: str = "req-1") -> CustomerRequest:
    return CustomerRequest.objects.create(
        id=request_id,
        customer_id="cus-1",
        phone="+821000990077",
        category="cleaning",
        region="KR-11",
        submitted_at=timezone.now(),
    )


class SampleEvents:
    """Builds the events of one request."""

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id

    def decision(self, kind: str, attempt: int, **data: Any) -> dict[str, Any]:
        """request.matched, deferred or unmatched."""
        return self._event(f"request.{kind}", attempt=attempt, **data)

    def matched(self, attempt: int) -> dict[str, Any]:
        partner = {"id": f"p-{attempt}", "name": f"Partner <{attempt}>"}
        return self.decision("matched", attempt, partner=partner, customer=submission()["customer"])

    def caused(self, kind: str, decision: dict[str, Any], **data: Any) -> dict[str, Any]:
        """An event that points or notification publishes because of a decision."""
        return self._event(kind, **data) | {"causationid": decision["id"]}

    def charged(self, match: dict[str, Any]) -> dict[str, Any]:
        return self.caused("points.deducted", match, points=2500)

    def refused(self, match: dict[str, Any]) -> dict[str, Any]:
        return self.caused("points.rejected", match, reason="insufficient_points")

    def notified(self, decision: dict[str, Any]) -> dict[str, Any]:
        return self.caused("notification.sent", decision, channel="sms", cause=decision["type"])

    def not_notified(self, decision: dict[str, Any], channel: str, reason: str) -> dict[str, Any]:
        return self.caused("notification.failed", decision, channel=channel, cause=decision["type"], reason=reason)

    def _event(self, kind: str, **data: Any) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": str(uuid.uuid4()),
            "source": "/matchflow",
            "type": kind,
            "time": timezone.now().isoformat(),
            "data": {"requestId": self.request_id} | data,
        }


def message(body: Any) -> dict[str, Any]:
    """A message as SQS delivers it."""
    text = body if isinstance(body, str) else json.dumps(body)
    return {"MessageId": str(uuid.uuid4()), "ReceiptHandle": str(uuid.uuid4()), "Body": text}
