"""What the sample events are checked against, besides the schemas: the contract's reason codes."""

import json
from typing import Any

from devstack.project import CONSTANTS

REASONS = set(CONSTANTS["reasons"]["record.quarantined"])


def parsed(body: str) -> Any:
    """The body as JSON, or None where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None
