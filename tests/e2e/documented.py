"""The documentation's pages as a reader uses them: with the stack's outputs put in, and their commands to run."""

import json
import re
import shlex
from collections.abc import Callable
from typing import Any

from devstack.clients.stack import Stack
from devstack.project import ROOT


def page(name: str, stack: Stack) -> str:
    """A page with each `<IntakeQueueUrl>` replaced by the output of that name."""
    return re.sub("<([A-Za-z]+)>", lambda found: stack.outputs.get(found[1], found[0]), (ROOT / "docs" / name).read_text())


def commands(text: str, service: str, client: Any) -> list[Callable[[], Any]]:
    """The text's `aws` commands of a service, each to be run by a client of the service."""
    return [command(client, found) for found in re.findall(rf"aws {service} (?:.*\\\n)*.*", text)]


def command(client: Any, text: str) -> Callable[[], Any]:
    """What the AWS CLI makes of a command: its options are the operation's parameters, those in braces as JSON."""
    _, _, operation, *words = shlex.split(text.replace("\\\n", " "))
    parameters: dict[str, Any] = {}
    for word in words:
        if word.startswith("--"):
            name = word.title().replace("-", "")
            parameters[name] = True
        else:
            parameters[name] = json.loads(word) if word.startswith("{") else word
    return lambda: getattr(client, operation.replace("-", "_"))(**parameters)
