"""Whether a changed schema keeps the promises of the released one, over exactly the keywords that our schemas use.

Two promises, by the way an event goes. Taken in: an event that was valid stays valid. Published: an event that is valid now was
valid before, so that a reader of the released schema still understands it. Objects are open: a member that only one
side names says nothing to the other. So an optional one may be new either way, and none may go.
"""

from collections.abc import Iterator
from math import inf
from typing import Any

Schema = dict[str, Any]

WITHOUT_EFFECT = {"$schema", "$defs", "title", "description", "writeOnly"}
COMPARED_AS_TEXT = ("pattern", "format")  # whether one pattern covers another cannot be told
LEAST = ("minimum", "minLength", "minItems")
MOST = ("maximum", "maxLength", "maxItems")
OF_EACH = ("items", "additionalProperties")
COPIED = {*COMPARED_AS_TEXT, *LEAST, *MOST, "default"}
KNOWN = {*WITHOUT_EFFECT, *COPIED, *OF_EACH, "$ref", "type", "const", "enum", "oneOf", "anyOf", "properties", "required"}
OF_OBJECTS = {"properties", "required", "additionalProperties"}
TOGETHER = ({"properties", "required"}, {"properties"}, {"additionalProperties"}, set())


def breaks(released: Schema, current: Schema, taken_in: bool, published: bool) -> list[str]:
    """What the change breaks, each with the path of the member."""
    before, after = plain(released, released["$defs"]), plain(current, current["$defs"])
    then, now = dict(members(before)), dict(members(after))
    found = [f"{at} removed" for at in then if at not in now]
    found += [f"{at} default: absent means something else" for at in then if at in now and then[at] != now[at]]
    if taken_in:
        found += [f"{beyond}: was valid, and is not" for beyond in outside(before, after)]
    if published:
        found += [f"{beyond}: is valid, and was not" for beyond in outside(after, before)]
    return found


def plain(schema: Schema | bool, defs: Schema) -> Schema:
    """The schema with its references resolved, and one way of listing values instead of three."""
    if schema is True:
        return {}
    if schema is False or not schema.keys() <= KNOWN or OF_OBJECTS & schema.keys() not in TOGETHER:
        raise NotImplementedError(f"compatibility.py does not know what this means; add it there: {schema}")
    node = {keyword: schema[keyword] for keyword in COPIED & schema.keys()}
    if "type" in schema:
        node["types"] = types(schema["type"])
    if values := listed(schema):
        node |= {"types": {"string"}, "values": values}
    if "properties" in schema:
        node["properties"] = {name: plain(member, defs) for name, member in schema["properties"].items()}
        node["required"] = set(schema.get("required", []))
    node |= {keyword: plain(schema[keyword], defs) for keyword in OF_EACH if keyword in schema}
    if "anyOf" in schema:
        node = joined(node, or_null(schema["anyOf"], defs))
    return joined(node, plain(defs[schema["$ref"].removeprefix("#/$defs/")], defs)) if "$ref" in schema else node


def or_null(choices: list[Schema], defs: dict[str, Schema]) -> Schema:
    """What holds of an optional member, which may be null."""
    kinds = [plain(kind, defs) for kind in choices if kind != {"type": "null"}]
    if len(choices) != 2 or len(kinds) != 1 or "types" not in kinds[0] or "values" in kinds[0]:
        raise NotImplementedError(f"compatibility.py knows a choice between one kind and null only; add it there: {choices}")
    return kinds[0] | {"types": kinds[0]["types"] | {"null"}}


def types(named: str | list[str]) -> set[str]:
    all_named = {named} if isinstance(named, str) else set(named)
    return all_named | {"integer"} if "number" in all_named else all_named


def listed(schema: Schema) -> set[str]:
    """The values that `const`, `enum` or a `oneOf` of constants allows: strings, in our schemas."""
    ways = [schema["enum"]] if "enum" in schema else []
    ways += [[one["const"]] for one in [schema] if "const" in one]
    ways += [[one.get("const") for one in schema["oneOf"]]] if "oneOf" in schema else []
    if len(ways) > 1 or not all(isinstance(value, str) for value in sum(ways, [])):
        raise NotImplementedError(f"compatibility.py does not know how to read these values; add it there: {schema}")
    return set(sum(ways, []))


def joined(node: Schema, referred: Schema) -> Schema:
    """What holds where other keywords stand beside a reference: both."""
    if "values" in node and "values" in referred:
        node["values"] &= referred["values"]
    twice = {keyword for keyword in node.keys() & referred.keys() - {"values"} if node[keyword] != referred[keyword]}
    if twice:
        raise NotImplementedError(f"compatibility.py does not know how to join {twice} of a reference and the keywords beside it; add it there")
    return referred | node


def members(node: Schema, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every named member by its path, with its default."""
    for name, member in node.get("properties", {}).items():
        yield f"{at}/{name}", member.get("default")
        yield from members(member, f"{at}/{name}")
    for keyword in node.keys() & OF_EACH:
        yield from members(node[keyword], f"{at}/*")


def outside(inner: Schema, outer: Schema, at: str = "") -> Iterator[str]:
    """Where a value that `inner` allows may be none that `outer` allows."""
    for keyword in ("types", "values"):
        if keyword in outer and not inner.get(keyword, {"any"}) <= outer[keyword]:
            yield f"{at} {keyword} {sorted(inner.get(keyword, {'any'}) - outer[keyword])}"
    yield from (f"{at} {keyword}" for keyword in COMPARED_AS_TEXT if outer.get(keyword) not in (None, inner.get(keyword)))
    yield from (f"{at} {keyword}" for keyword in LEAST if inner.get(keyword, -inf) < outer.get(keyword, -inf))
    yield from (f"{at} {keyword}" for keyword in MOST if inner.get(keyword, inf) > outer.get(keyword, inf))
    yield from (f"{at}/{name} absent" for name in outer.get("required", set()) - inner.get("required", set()))
    for name in inner.get("properties", {}).keys() & outer.get("properties", {}).keys():
        yield from outside(inner["properties"][name], outer["properties"][name], f"{at}/{name}")
    for keyword in outer.keys() & OF_EACH:
        yield from outside(inner.get(keyword, {}), outer[keyword], f"{at}/*")
