"""What the sample events are held against: the schemas, the reason codes and the ids of the contract."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
EVENTS = ROOT / "events"
SCHEMAS = ROOT / "shared" / "contract" / "schemas"
REASONS = {"not_json", "not_an_envelope", "breaks_contract", "identity_conflict"}
NAMESPACE = UUID("5b6deb89-35ff-40b5-a114-cf222863cc99")


@cache
def _validator(event_type: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{event_type}.json").read_text()))


def breaks_schema(event: dict[str, Any]) -> list[str]:
    """What the schema of its type has against an event."""
    return [f"{error.json_path}: {error.message}" for error in _validator(event["type"]).iter_errors(event)]


def derived(name: str) -> str:
    return str(uuid5(NAMESPACE, name))


def parsed(body: str) -> Any:
    """The body as JSON, or None where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None
