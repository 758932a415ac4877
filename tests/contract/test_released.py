"""An event may gain members and nothing else: today's schemas are checked against those of the last release."""

import json
from copy import deepcopy

import pytest
from changes import CHANGES, UNSUPPORTED, Change, put
from compatibility import Schema, breaks
from devstack.project import CONSTANTS, CONTRACT

RELEASED = sorted(file.name for file in (CONTRACT / "released").glob("*.json"))

# A published event is also taken in: functions of two versions stand side by side during a deploy, and an old version's
# saved events are published by the new one. What no function takes in is published alone.
DIRECTION = {kind: row["direction"] for kind, row in CONSTANTS["events"].items()}


def read(folder: str, name: str) -> Schema:
    return json.loads((CONTRACT / folder / name).read_text())


@pytest.mark.parametrize("name", RELEASED)
def test_what_was_released_holds(name: str) -> None:
    kind = name.removesuffix(".json")
    assert (CONTRACT / "schemas" / name).exists(), f"{kind} was released, and others send or read it"
    taken_in, published = DIRECTION[kind] != "quarantine", DIRECTION[kind] != "in"
    assert breaks(read("released", name), read("schemas", name), taken_in, published) == []


def changed(name: str, change: Change) -> tuple[Schema, Schema]:
    released = read("released", f"{name}.json")
    current = deepcopy(released)
    change(current)
    return released, current


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_allowed_where_it_breaks_no_sender_or_reader(change: str) -> None:
    apply, taken_in, published = CHANGES[change]
    released, current = changed("partner.registered", apply)
    assert (breaks(released, current, True, False) == []) is taken_in
    assert (breaks(released, current, False, True) == []) is published
    assert (breaks(released, current, True, True) == []) is (taken_in and published)


def test_it_says_what_breaks_and_where() -> None:
    released, current = changed("partner.registered", put("Points", maximum=1_000))
    assert breaks(released, current, True, True) == ["/data/fee/points maximum: was valid, and is not"]


def test_it_reads_a_reference_together_with_the_keywords_beside_it() -> None:
    here = lambda schema: schema["$defs"]["NotificationSent"]["properties"]["channel"]["enum"].append("none")
    there = lambda schema: schema["$defs"]["Channel"]["oneOf"].pop(1)
    assert breaks(*changed("notification.sent", here), True, True) == ["/data/channel values ['none']: is valid, and was not"]
    assert breaks(*changed("notification.sent", there), True, True) == ["/data/channel values ['push']: was valid, and is not"]


def test_it_looks_into_maps() -> None:
    value = lambda schema: schema["$defs"]["KeptAttribute"]["properties"].pop("stringValue")
    assert breaks(*changed("record.quarantined", value), False, True) == ["/data/messageAttributes/*/stringValue removed"]


@pytest.mark.parametrize("change", UNSUPPORTED)
def test_what_it_does_not_know_stops_the_check(change: Change) -> None:
    with pytest.raises(NotImplementedError):
        breaks(*changed("partner.registered", change), True, True)
