"""What the sample events are checked against: the schemas and the reason codes of the contract."""

import json
from functools import cache
from typing import Any

from devstack.project import CONSTANTS, SCHEMAS
from jsonschema import Draft202012Validator

REASONS = set(CONSTANTS["reasons"]["record.quarantined"])


@cache
def _validator(event_type: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{event_type}.json").read_text()))


def breaks_schema(event: dict[str, Any]) -> list[str]:
    """What the schema of its type has against an event."""
    return [f"{error.json_path}: {error.message}" for error in _validator(event["type"]).iter_errors(event)]


def parsed(body: str) -> Any:
    """The body as JSON, or None where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None
