"""Changes of partner.registered: those that the check has to judge, and those that it has to refuse to judge."""

from collections.abc import Callable

from compatibility import Schema

Change = Callable[[Schema], object]


def put(definition: str, **keywords: object) -> Change:
    return lambda schema: schema["$defs"][definition].update(keywords)


def member(name: str, **keywords: object) -> Change:
    return lambda schema: schema["$defs"]["PartnerRegistered"]["properties"].setdefault(name, {}).update(keywords)


def require(name: str) -> Change:
    return lambda schema: schema["$defs"]["PartnerRegistered"]["required"].append(name)


def no_longer_require(name: str) -> Change:
    return lambda schema: schema["$defs"]["PartnerRegistered"]["required"].remove(name)


def remove(name: str) -> Change:
    return lambda schema: schema["$defs"]["PartnerRegistered"]["properties"].pop(name)


def drop(definition: str, keyword: str) -> Change:
    return lambda schema: schema["$defs"][definition].pop(keyword)


def drop_member(name: str, keyword: str) -> Change:
    return lambda schema: schema["$defs"]["PartnerRegistered"]["properties"][name].pop(keyword)


def both(*changes: Change) -> Change:
    return lambda schema: [change(schema) for change in changes]


def of_the_envelope(name: str, **keywords: object) -> Change:
    return lambda schema: schema["properties"][name].update(keywords)


# A change, and where it is allowed: in an event taken in, in one published.
CHANGES = {
    "nothing": (lambda _: None, True, True),
    "other words": (both(put("Fee", description="?", title="?"), member("fee", description="?")), True, True),
    "a new optional member": (member("note", type="string"), True, True),
    "a new required member": (both(member("note", type="string"), require("note")), False, True),
    "an optional member becomes required": (require("active"), False, True),
    "a required member becomes optional": (no_longer_require("name"), True, False),
    "an optional member goes": (remove("active"), False, False),
    "a required member goes": (both(remove("name"), no_longer_require("name")), False, False),
    "another default": (member("active", default=False), False, False),
    "no default": (lambda s: s["$defs"]["PartnerRegistered"]["properties"]["active"].pop("default"), False, False),
    "one more type": (put("PartnerName", type=["string", "null"]), True, False),
    "null, too": (both(drop_member("fee", "$ref"), member("fee", anyOf=[{"$ref": "#/$defs/Fee"}, {"type": "null"}])), True, False),
    "null no more": (member("active", type="boolean"), False, True),
    "one type less": (of_the_envelope("subject", type="string"), False, True),
    "another type": (put("Capacity", type="string"), False, False),
    "any number": (put("Capacity", type="number"), True, False),
    "a higher maximum": (put("Points", maximum=2_000_000_000), True, False),
    "a lower maximum": (put("Points", maximum=1_000), False, True),
    "no maximum": (drop("Points", "maximum"), True, False),
    "a lower minimum": (put("Points", minimum=0), True, False),
    "a higher minimum": (put("Points", minimum=2), False, True),
    "a longer text": (put("PartnerName", maxLength=200), True, False),
    "a shorter text": (put("PartnerName", maxLength=50), False, True),
    "an empty text": (put("PartnerName", minLength=0), True, False),
    "more items": (member("regions", maxItems=80), True, False),
    "fewer items": (member("regions", maxItems=4), False, True),
    "no items": (member("regions", minItems=0), True, False),
    "another pattern": (put("Region", pattern="^[A-Z]{2}$"), False, False),
    "no pattern": (drop("Region", "pattern"), True, False),
    "a pattern": (put("PartnerName", pattern="^[a-z]+$"), False, True),
    "no format": (drop("Time", "format"), True, False),
    "one more value": (put("SpecVersion", enum=["1.0", "1.1"]), True, False),
    "another value": (of_the_envelope("type", const="partner.changed"), False, False),
    "any value": (drop("SpecVersion", "enum"), True, False),
    "a value in another form": (both(drop("SpecVersion", "enum"), put("SpecVersion", const="1.0")), True, True),
    "items of another kind": (member("regions", items={"type": "integer"}), False, False),
    "items of any kind": (lambda s: s["$defs"]["PartnerRegistered"]["properties"]["regions"].pop("items"), True, False),
}

# Changes that use keywords, or combine them, in ways that the check does not know.
UNSUPPORTED = [
    put("Fee", **{"not": {}}),
    put("Fee", additionalProperties={}),
    member("fee", required=["points"]),
    put("Capacity", enum=[1, 2]),
    put("SpecVersion", const="1.0"),
    put("PartnerName", oneOf=[{"maxLength": 3}, {"minLength": 5}]),
    member("regions", items=False),
    member("name", maxLength=50),
    member("note", anyOf=[{"type": "string"}, {"type": "integer"}]),
    member("note", anyOf=[{"type": "string"}]),
    member("note", anyOf=[{"enum": ["a"]}, {"type": "null"}]),
]
