"""A JSON parser as strict as the pipeline's, so that nothing is accepted here and quarantined there."""

import json
import math
from typing import Any

MAX_DEPTH = 100  # the pipeline's parser takes 128, its envelope included


def loads(body: bytes) -> Any:
    """Parses plain JSON in UTF-8; raises ValueError for anything else."""
    try:
        value = json.loads(
            body.decode(), object_pairs_hook=_members, parse_constant=_number, parse_float=_number, parse_int=_number
        )
        json.dumps(value, ensure_ascii=False).encode()  # raises for half a surrogate pair, which UTF-8 cannot encode
        if _depth(value) > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH}")
    except RecursionError:
        raise ValueError(f"nested deeper than {MAX_DEPTH}") from None
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("the same member twice")
    return members


def _number(text: str) -> int | float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number out of range")
    return int(text) if text.lstrip("-").isdecimal() else number


def _depth(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if children is None else 1 + max(map(_depth, children), default=0)
