"""An event may gain members and nothing else: the schemas against those of the last release."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from compatibility import Schema, breaks

CONTRACT = Path(__file__).resolve().parents[2] / "shared/contract"
RELEASED = sorted(file.name for file in (CONTRACT / "released").glob("*.json"))

Change = Callable[[Schema], object]

# By the way they go (the contract, "Events"). Whatever is in neither set goes both ways: functions of two versions
# stand side by side during a deploy, and an old version's saved events are published by the new one.
TAKEN_IN = {"partner.registered", "request.submitted", "match.closed", "points.purchased"}
PUBLISHED = {"record.quarantined"}


def read(folder: str, name: str) -> Schema:
    return json.loads((CONTRACT / folder / name).read_text())


def test_every_way_is_that_of_a_released_event() -> None:
    assert {f"{kind}.json" for kind in TAKEN_IN | PUBLISHED} <= set(RELEASED)


@pytest.mark.parametrize("name", RELEASED)
def test_what_was_released_holds(name: str) -> None:
    kind = name.removesuffix(".json")
    assert (CONTRACT / "schemas" / name).exists(), f"{kind} was released, and others send or read it"
    assert breaks(read("released", name), read("schemas", name), kind not in PUBLISHED, kind not in TAKEN_IN) == []


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


def both(*changes: Change) -> Change:
    return lambda schema: [change(schema) for change in changes]


def of_the_envelope(name: str, **keywords: object) -> Change:
    return lambda schema: schema["properties"][name].update(keywords)


# A change of partner.registered, and where it is allowed: in an event taken in, in one published.
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
    "no format": (lambda schema: schema["properties"]["time"].pop("format"), True, False),
    "one more value": (put("SpecVersion", enum=["1.0", "1.1"]), True, False),
    "another value": (of_the_envelope("type", const="partner.changed"), False, False),
    "any value": (drop("SpecVersion", "enum"), True, False),
    "the same values in another form": (both(drop("SpecVersion", "enum"), put("SpecVersion", oneOf=[{"const": "1.0"}])), True, True),
    "items of another kind": (member("regions", items={"type": "integer"}), False, False),
    "items of any kind": (lambda s: s["$defs"]["PartnerRegistered"]["properties"]["regions"].pop("items"), True, False),
}


def changed(name: str, change: Change) -> tuple[Schema, Schema]:
    released = read("released", f"{name}.json")
    current = deepcopy(released)
    change(current)
    return released, current


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_allowed_where_it_breaks_nobody(change: str) -> None:
    apply, taken_in, published = CHANGES[change]
    released, current = changed("partner.registered", apply)
    assert (breaks(released, current, True, False) == []) is taken_in
    assert (breaks(released, current, False, True) == []) is published
    assert (breaks(released, current, True, True) == []) is (taken_in and published)


def test_it_says_what_breaks_and_where() -> None:
    released, current = changed("partner.registered", put("Points", maximum=1_000))
    assert breaks(released, current, True, True) == ["/data/fee/points maximum: was valid, and is not"]


def test_it_reads_a_reference_together_with_its_neighbours() -> None:
    channel = lambda schema: schema["$defs"]["NotificationSent"]["properties"]["channel"]["enum"].append("none")
    assert breaks(*changed("notification.sent", channel), False, True) == ["/data/channel values ['none']: is valid, and was not"]


def test_it_looks_into_maps() -> None:
    value = lambda schema: schema["$defs"]["KeptAttribute"]["properties"].pop("stringValue")
    assert breaks(*changed("record.quarantined", value), False, True) == ["/data/messageAttributes/*/stringValue removed"]


UNTAUGHT = [
    put("Fee", **{"not": {}}),
    put("Fee", additionalProperties={}),
    put("Capacity", enum=[1, 2]),
    put("SpecVersion", const="1.0"),
    put("PartnerName", oneOf=[{"maxLength": 3}, {"minLength": 5}]),
    member("regions", items=False),
    member("name", maxLength=50),
]


@pytest.mark.parametrize("change", UNTAUGHT)
def test_what_nobody_has_taught_it_stops_the_check(change: Change) -> None:
    with pytest.raises(NotImplementedError):
        breaks(*changed("partner.registered", change), True, True)
