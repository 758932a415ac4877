"""Events as producers write them and as functions publish them, the same at every run."""

import random
from datetime import datetime, timedelta, timezone
from uuid import UUID

from devstack.events import Event, derived, envelope, utc

KOREA = timezone(timedelta(hours=9))
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=KOREA)


def produced(event_type: str, source: str, data: Event, moment: datetime, rng: random.Random) -> Event:
    """An event of a producer outside the stack: an id of its own, its time with Korea's offset."""
    event_id = str(UUID(int=rng.getrandbits(128), version=4))
    time = moment.astimezone(KOREA).isoformat(timespec="milliseconds")
    return envelope(event_type, data, id=event_id, source=source, time=time)


def published(event_type: str, function: str, key: str, data: Event, moment: datetime, cause: Event) -> Event:
    """An event as one of the functions publishes it: its id derived from its key."""
    return envelope(
        event_type,
        data,
        id=derived(event_type, key),
        source=f"/matchflow/{function}",
        time=utc(moment),
        subject=key,
        datacontenttype="application/json",
        correlationid=cause.get("correlationid", cause["data"].get("requestId", cause["data"].get("purchaseId"))),
        causationid=cause["id"],
    )
