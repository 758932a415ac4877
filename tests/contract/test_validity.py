"""What the schemas say of events as JSON's writers write them, by a validator of another language than the contract's."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from devstack.project import CONTRACT, EVENT_TYPES, SCHEMAS
from jsonschema import Draft202012Validator

Event = dict[str, Any]
Change = tuple[str, Any]

VALID: dict[str, list[Change]] = {
    "request.submitted": [
        *[(f"/data/customer/{name}", None) for name in ("phone", "pushEndpointArn", "locale")],
        ("/data/customer/locale", "ko-KR-u-ca-gregory-fw-mon-mu-celsius"),
        ("/data/customer/phone", "+8210000"),
        ("/data/details", None),
        ("/data/details", {"n": 10**400, "null": None}),
        *[(f"/{name}", None) for name in ("subject", "datacontenttype", "correlationid", "causationid", "traceparent", "unknown")],
        ("/time", "0001-01-02T00:00:00Z"),
        ("/time", "9999-12-30t00:00:00.123456789+09:00"),
        ("/id", "집 🧹"),
    ],
    "partner.registered": [("/data/active", None), ("/data/capacity", 5.0), ("/data/fee/points", 3e2), ("/data/name", "\uffff\0")],
    "points.purchased": [("/data/points", 300.0)],
    "request.matched": [("/data/replaces", None), ("/data/attempt", 1.0)],
    "points.deducted": [("/data/category", None), ("/data/region", None)],
    "points.rejected": [("/data/submittedAt", None), ("/data/category", None)],
    "notification.sent": [("/data/partnerId", None), ("/data/submittedAt", None)],
    "notification.failed": [("/data/partnerId", None), ("/data/region", None)],
}
INVALID: dict[str, list[Change]] = {
    "request.submitted": [
        ("/data/customer", None),
        ("/data/customer/phone", "+82"),
        ("/data/customer/phone", "+821000"),
        ("/data/customer/locale", "ko" + "-abcdefgh" * 11),
        ("/data/details", []),
        ("/time", "0000-01-01T00:00:00+09:00"),
        ("/time", "2026-03-02 00:00:00Z"),
        ("/time", None),
        ("/subject", 1),
        *[(f"/{name}", f"a{character}b") for name in ("id", "subject") for character in "\0\t\x1f\x7f\x85\ufdd0\ufffe\uffff"],
    ],
    "partner.registered": [("/data/capacity", 5.5), ("/data/version", None), ("/data/active", "true")],
    "points.purchased": [("/data/points", 1e-3), ("/data/points", 1e10), ("/data/points", None)],
    "points.rejected": [("/data/submittedAt", "0000-01-01T00:00:00Z"), ("/data/region", "Seoul")],
}


def golden(kind: str) -> Event:
    return json.loads((CONTRACT / f"golden/{kind}.json").read_text())


def problems(event: Event, kind: str) -> list[str]:
    schema = json.loads((SCHEMAS / f"{kind}.json").read_text())
    return [error.message for error in Draft202012Validator(schema).iter_errors(event)]


def cases(changes: dict[str, list[Change]]) -> Callable[..., Any]:
    return pytest.mark.parametrize(("kind", "path", "value"), [(kind, *change) for kind, listed in changes.items() for change in listed])


def changed(kind: str, path: str, value: Any) -> Event:
    event = deepcopy(golden(kind))
    *parents, name = path.strip("/").split("/")
    member = event
    for parent in parents:
        member = member[parent]
    member[name] = value
    return event


@pytest.mark.parametrize("kind", sorted(EVENT_TYPES))
def test_the_golden_files_are_valid(kind: str) -> None:
    assert problems(golden(kind), kind) == []


@cases(VALID)
def test_what_the_contract_takes_is_valid(kind: str, path: str, value: Any) -> None:
    assert problems(changed(kind, path, value), kind) == []


@cases(INVALID)
def test_what_the_contract_refuses_is_invalid(kind: str, path: str, value: Any) -> None:
    assert problems(changed(kind, path, value), kind) != []
