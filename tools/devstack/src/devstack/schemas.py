"""The published schemas, by a validator that shares nothing with the functions."""

import json
from functools import cache
from typing import Any

from devstack.project import SCHEMAS
from jsonschema import Draft202012Validator


@cache
def _validator(event_type: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{event_type}.json").read_text()))


def breaks_schema(event: dict[str, Any]) -> list[str]:
    """What the schema of its type has against an event."""
    return [f"{error.json_path}: {error.message}" for error in _validator(event["type"]).iter_errors(event)]
