"""CloudEvents as Matchflow's producers and functions write them, and the ids they derive from business keys."""

import json
import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid5

Event = dict[str, Any]

NAMESPACE = UUID("5b6deb89-35ff-40b5-a114-cf222863cc99")
KOREA = timezone(timedelta(hours=9))


def derived(*parts: str | int) -> str:
    """The id that everyone derives alike from the parts of a business key."""
    return str(uuid5(NAMESPACE, "/".join(str(part) for part in parts)))


def match_id(request_id: str, attempt: int) -> str:
    return derived("match", request_id, attempt)


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def korean(moment: datetime) -> str:
    """A time as the producers write it, with Korea's offset."""
    return moment.astimezone(KOREA).isoformat(timespec="milliseconds")


def utc(moment: datetime) -> str:
    """A time as the functions publish it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def produced(event_type: str, source: str, data: Event, moment: datetime, rng: random.Random) -> Event:
    """An event of a producer outside the stack: a random id, and the minimum of members."""
    return {
        "specversion": "1.0",
        "id": str(UUID(int=rng.getrandbits(128), version=4)),
        "source": source,
        "type": event_type,
        "time": korean(moment),
        "data": data,
    }


def published(event_type: str, function: str, key: str, data: Event, moment: datetime, cause: Event) -> Event:
    """An event as one of the functions publishes it: its id derived from its key."""
    return {
        "specversion": "1.0",
        "id": derived(event_type, key),
        "source": f"/matchflow/{function}",
        "type": event_type,
        "time": utc(moment),
        "subject": key,
        "datacontenttype": "application/json",
        "correlationid": cause.get("correlationid", cause["data"].get("requestId", cause["data"].get("purchaseId"))),
        "causationid": cause["id"],
        "data": data,
    }
