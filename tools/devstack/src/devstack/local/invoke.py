"""Hands one sample event to a deployed function, past its queue."""

import base64
import json
import sys

from devstack.console import log
from devstack.local.deploy import deployed
from devstack.local.stack import LocalStack
from devstack.project import FUNCTIONS, ROOT


def invoke(stack: LocalStack, function: str, event: str) -> None:
    """Prints the batch response to stdout; the function's log lines go to stderr."""
    if function not in FUNCTIONS:
        sys.exit(f"FUNCTION must be one of {', '.join(FUNCTIONS)}.")
    if not (ROOT / event).is_file():
        samples = ", ".join(sorted(str(file.relative_to(ROOT)) for file in (ROOT / "events" / function).glob("*.json")))
        sys.exit(f"EVENT is the path of a sample event, one of: {samples}")
    answer = deployed(stack).invoke(function, (ROOT / event).read_bytes(), LogType="Tail")
    log(f"log of {function} (its end):")
    print(base64.b64decode(answer.get("LogResult", "")).decode(errors="replace"), file=sys.stderr)
    log("batch response:")
    print(json.dumps(json.load(answer["Payload"]), indent=2, ensure_ascii=False))
    if "FunctionError" in answer:
        sys.exit(1)
