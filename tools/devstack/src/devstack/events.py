"""CloudEvents as producers write them, and the ids that are derived from business keys."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from devstack.project import CONSTANTS

Event = dict[str, Any]

# The queue for an event of another team's, as the stack's outputs name it (`Intake`).
SENT_TO = {
    "partner.registered": "Partners",
    "points.purchased": "Points",
    "request.submitted": "Intake",
    "match.closed": "Intake",
}
NAMESPACE = uuid.UUID(CONSTANTS["namespace"])


def derived(*parts: str | int) -> str:
    """The id that follows from the parts of a business key."""
    return str(uuid.uuid5(NAMESPACE, "/".join(map(str, parts))))


def match_id(request_id: str, attempt: int) -> str:
    return derived("match", request_id, attempt)


def envelope(event_type: str, data: Any, **members: Any) -> Event:
    """An event as a producer writes it, of this moment; `members` replace or add some."""
    standard = {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "/devstack",
        "type": event_type,
        "time": utc(datetime.now(UTC)),
    }
    return standard | members | {"data": data}


def utc(moment: datetime, timespec: str = "milliseconds") -> str:
    """A time as the functions publish it."""
    return moment.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
