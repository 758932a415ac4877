"""Events as producers write them and listeners read them."""

import uuid
from datetime import UTC, datetime
from typing import Any

Event = dict[str, Any]


def envelope(kind: str, data: Any, **members: Any) -> dict[str, Any]:
    """A CloudEvents envelope as a producer writes it; `members` replace or add some."""
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "/e2e",
        "type": kind,
        "time": datetime.now(UTC).isoformat(),
        "data": data,
    } | members
