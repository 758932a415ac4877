"""What the README shows is run as it stands there."""

import re
from pathlib import Path

from stack import Stack

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_producer_in_python_sends_what_is_matched(stack: Stack) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    for output in ("IntakeQueueUrl", "PointsQueueUrl"):
        program = program.replace(f"<{output}>", stack.outputs[output])
    exec(program, {})
    (matched,) = stack.listener.wait("request.matched", lambda e: e["data"]["requestId"] == "r-20260301-0001")
    assert matched["data"]["customer"] == {"id": "c-77", "phone": "+821000000077", "locale": "ko-KR"}
