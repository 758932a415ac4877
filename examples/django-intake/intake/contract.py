"""The rules for a request's members: those of Matchflow's `request.submitted`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .problems import Problem


@dataclass(frozen=True)
class Field:
    name: str
    pattern: str
    expected: str
    required: bool = False

    def is_broken_by(self, members: dict[str, Any]) -> bool:
        value = members.get(self.name)
        if value is None:
            return self.required
        return not (isinstance(value, str) and re.fullmatch(self.pattern, value))


CUSTOMER = (
    Field("id", "[A-Za-z0-9_-]{1,64}", "1 to 64 of A-Z a-z 0-9 _ -", required=True),
    Field("phone", r"\+[1-9][0-9]{6,14}", "an E.164 phone number: + and 7 to 15 digits, the first not 0"),
    Field(
        "pushEndpointArn",
        r"(?=.{1,512}\Z)arn:aws[a-z-]{0,64}:sns:[a-z0-9-]{1,64}:[0-9]{12}:endpoint"
        "/[A-Za-z0-9_-]{1,256}/[A-Za-z0-9_.-]{1,256}/[A-Za-z0-9_-]{1,256}",
        "the ARN of an SNS platform endpoint",
    ),
    Field(
        "locale",
        r"(?=.{1,100}\Z)([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*|[IiXx](-[A-Za-z0-9]{1,8})+)",
        "a BCP 47 language tag of up to 100 characters, such as ko-KR",
    ),
)
REQUEST = (
    Field("category", "[a-z0-9-]{1,64}", "1 to 64 of a-z 0-9 -", required=True),
    Field("region", "[A-Z]{2}-[A-Z0-9]{1,3}", "an ISO 3166-2 region such as KR-11", required=True),
)


def validate(value: Any) -> dict[str, Any]:
    """Returns the `data` of `request.submitted` but for its id: defaults filled in, unknown members and those that are null left out."""
    errors = list(_errors(value))
    if errors:
        raise Problem(400, "fields", "The request breaks the contract", errors=errors)
    customer = {"locale": "ko-KR"} | _known(CUSTOMER, value["customer"])
    details = {"details": value["details"]} if value.get("details") is not None else {}
    return {"customer": customer} | _known(REQUEST, value) | details


def _known(fields: tuple[Field, ...], members: dict[str, Any]) -> dict[str, Any]:
    return {field.name: members[field.name] for field in fields if members.get(field.name) is not None}


def _errors(value: Any) -> Iterator[dict[str, str]]:
    """The fields that break their rules, and what was expected there; never a value."""
    if not isinstance(value, dict):
        yield _error("", "a JSON object")
        return
    customer = value.get("customer", {})
    if isinstance(customer, dict):
        yield from _broken_fields(CUSTOMER, customer, "/customer")
    else:
        yield _error("/customer", "an object")
    yield from _broken_fields(REQUEST, value, "")
    if not isinstance(value.get("details"), dict | None):
        yield _error("/details", "an object")


def _broken_fields(fields: tuple[Field, ...], members: dict[str, Any], parent: str) -> Iterator[dict[str, str]]:
    return (_error(f"{parent}/{field.name}", field.expected) for field in fields if field.is_broken_by(members))


def _error(pointer: str, expected: str) -> dict[str, str]:
    return {"pointer": f"#{pointer}", "detail": f"expected {expected}"}
