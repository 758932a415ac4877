"""The lines of events/burst, made this run's own: ids, times and the account of push endpoints."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from devstack.project import ROOT

BURST = ROOT / "events" / "burst"
STAGES = ("1-partners.jsonl", "2-purchases.jsonl", "3-requests.jsonl")

_TIME = re.compile(r'("time":\s*)"2026-03-02T[^"]*"')
_PUSH = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/"


@dataclass(frozen=True)
class Line:
    """One message to send, what it has to be taken for, and its business key."""

    number: int
    queue: str
    group: str
    body: str
    expect: str
    key: str | None


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def expected() -> dict[str, Any]:
    made: dict[str, Any] = json.loads((BURST / "expected.json").read_text())
    return made


class Fresh:
    """Turns the day in the files into a day of its own: `20260302` in every id becomes the run's id."""

    def __init__(self, run: str, token: str, topic: str) -> None:
        self._run = run
        self._token = token
        self._push = topic.rsplit(":", 1)[0] + ":endpoint/"
        self._stamped: dict[str, str] = {}

    def stage(self, name: str) -> list[Line]:
        lines = (BURST / name).read_text().splitlines()
        return [self._line(number, json.loads(text)) for number, text in enumerate(lines)]

    def stamp(self, body: str) -> str:
        """The body with the present as its `time`, as a producer would send it; the same bytes for the same body."""
        if body not in self._stamped:
            self._stamped[body] = _TIME.sub(rf'\1"{now()}"', body)
        return self._stamped[body]

    def renamed(self, text: str) -> str:
        return text.replace(self._token, self._run)

    def _line(self, number: int, line: dict[str, str]) -> Line:
        body = self.renamed(line["body"]).replace(_PUSH, self._push)
        key = self.renamed(line["key"]) if "key" in line else None
        return Line(number, line["queue"], self.renamed(line["group"]), body, line["expect"], key)
