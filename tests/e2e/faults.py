"""How a service of AWS fails, in the error shapes of the three that the functions call."""

import json
from enum import StrEnum

from devstack.proxy import Answer


class Kind(StrEnum):
    """How a call may fail."""

    THROTTLED = "throttled"
    BROKEN = "500"
    SLOW = "slow"
    CUT_BEFORE = "cut before it was passed on"
    CUT_AFTER = "cut after it took effect"


# How long the functions wait for one attempt of a call; for the sending of a text 8 s.
ATTEMPT_SECONDS = 2.0
SLOW_SECONDS = 2.5

# The codes as each service spells them.
_CODES = {
    "dynamodb": {Kind.THROTTLED: "ThrottlingException", Kind.BROKEN: "InternalServerError"},
    "sns": {Kind.THROTTLED: "Throttling", Kind.BROKEN: "InternalError"},
    "sqs": {Kind.THROTTLED: "RequestThrottled", Kind.BROKEN: "InternalFailure"},
}
_NAMESPACES = {"dynamodb": "com.amazonaws.dynamodb.v20120810", "sqs": "com.amazonaws.sqs"}


def error(service: str, kind: Kind) -> Answer:
    status, code = (400 if kind is Kind.THROTTLED else 500), _CODES[service][kind]
    if service == "sns":
        return status, {"Content-Type": "text/xml"}, _xml(code, status).encode()
    body = {"__type": f"{_NAMESPACES[service]}#{code}", "message": "on purpose"}
    headers = {"Content-Type": "application/x-amz-json-1.0"}
    if service == "sqs":
        headers["x-amzn-query-error"] = f"{code};{_side(status)}"
    return status, headers, json.dumps(body).encode()


def _xml(code: str, status: int) -> str:
    said = f"<Type>{_side(status)}</Type><Code>{code}</Code><Message>on purpose</Message>"
    return f'<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error>{said}</Error></ErrorResponse>'


def _side(status: int) -> str:
    return "Sender" if status < 500 else "Receiver"
