"""Breaks a setting of the deployed stack, and mends it by the command that `matchflow doctor` shows."""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from devstack.clients.stack import Stack
from devstack.waiting import until
from operating import matchflow, run

WARNING, SERIOUS = 1, 2


def findings(expect: int | None = None) -> dict[str, dict[str, str]]:
    """What is found, by code."""
    return {finding["code"]: finding for finding in matchflow("doctor", expect=expect)["findings"]}


@dataclass(frozen=True)
class Broken:
    """A setting that is broken: what is found then, how bad that is, and the call that breaks it."""

    code: str
    severity: int
    service: str
    operation: str
    parameters: Callable[[Stack], dict[str, Any]]


def is_found_and_mended(stack: Stack, broken: Broken) -> None:
    assert findings() == {}
    getattr(stack.client(broken.service), broken.operation)(**broken.parameters(stack))
    try:
        found = findings(expect=broken.severity)
        assert found.keys() == {broken.code}
        mend(stack, found[broken.code]["mend"])
        until(lambda: findings() == {}, "what was broken is mended")
    except BaseException:
        for finding in findings().values():  # so that the tests behind this one find the stack as it was
            mend(stack, finding["mend"])
        raise


def mend(stack: Stack, command: str) -> None:
    """Runs a command that was shown: one of this program's, or one of the AWS CLI's, by the client of its service."""
    words = shlex.split(command)
    if words[0] == "matchflow":
        run(*words[1:], expect=0)
        return
    _, service, operation, *options = words
    named = dict(zip(options[::2], options[1::2], strict=True))
    assert named.keys() == {"--region", "--endpoint-url", "--cli-input-json"}
    assert (named["--region"], named["--endpoint-url"]) == (stack.region, stack.endpoint)
    getattr(stack.client(service), operation.replace("-", "_"))(**json.loads(named["--cli-input-json"]))
