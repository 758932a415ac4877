"""The events' JSON Schemas in words: a table of each object's members."""

import json
from typing import Any

from devstack.reference.markdown import code, table

Schema = dict[str, Any]


class Reader:
    """Describes the objects of one schema, and collects the shapes that it refers to."""

    def __init__(self, schema: Schema, shapes: dict[str, str]) -> None:
        self.definitions: dict[str, Schema] = schema["$defs"]
        self.data = self.definitions[name_of(schema["properties"]["data"])]
        self.shapes = shapes

    def members(self, shape: Schema) -> str:
        """The members of an object, the required ones first."""
        required = shape.get("required", [])
        named = sorted(shape["properties"].items(), key=lambda item: item[0] not in required)
        rows = [[code(name), "required" if name in required else "", self.values(one) + default(one), one.get("description", "")] for name, one in named]
        return table(["member", "", "value", "what it says"], rows)

    def values(self, member: Schema) -> str:
        """Which values a member may have; that it may be null, which is as good as absent, is left out."""
        member = but_null(member)
        name = name_of(member)
        one = self.definitions[name] | {key: member[key] for key in ("enum",) if key in member} if name else member
        if "properties" in one:
            self.shapes.setdefault(name, self.members(one))
            return f"[{name}](#{name.lower()})"
        if choices := constants(one):
            return ", ".join(map(code, choices))
        if one.get("type") == "array":
            return f"{one['minItems']} to {one['maxItems']} times: {self.values(one['items'])}"
        if isinstance(one.get("additionalProperties"), dict):
            return f"by name: {self.values(one['additionalProperties'])}"
        if one.get("format") == "date-time":
            return "a time, RFC 3339"
        return str(one["description"] if name else one["type"])


def but_null(member: Schema) -> Schema:
    """The schema of a member that is there."""
    kinds = [kind for kind in member.get("anyOf", []) if kind != {"type": "null"}]
    if isinstance(types := member.get("type"), list):
        (kinds,) = ([{"type": kind}] for kind in types if kind != "null")
    return member | kinds[0] if kinds else member


def name_of(member: Schema) -> str:
    """The definition that a member refers to; empty if it has its schema itself."""
    return str(member.get("$ref", "")).removeprefix("#/$defs/")


def default(member: Schema) -> str:
    return f"; {code(json.dumps(member['default']))} if absent" if "default" in member else ""


def constants(one: Schema) -> list[str]:
    """The values of a closed set, in either form that the schemas have."""
    return one.get("enum") or [value for choice in one.get("oneOf", []) for value in choice.get("enum", [choice.get("const")])]
