"""The messages of events/burst, made this run's own: ids, times and the account of push endpoints."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from devstack.events import utc
from devstack.project import EVENTS

FILES = EVENTS / "burst"
PARTNERS, PURCHASES, REQUESTS = STAGES = ("1-partners.jsonl", "2-purchases.jsonl", "3-requests.jsonl")

_TIME = re.compile(r'("time":\s*)"2026-03-02T[^"]*"')
_PUSH = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/"


@dataclass(frozen=True)
class Message:
    """One message to send, what it has to be taken for (`accepted`, a reason of quarantine, …), and its business key."""

    number: int  # its place in its file
    queue: str
    group: str
    body: str
    expect: str
    key: str | None


class Burst:
    """The burst as a run sends it: the token in every id is replaced by the run's id."""

    def __init__(self, run: str, topic: str) -> None:
        self.run = run
        self.expected: dict[str, Any] = json.loads((FILES / "expected.json").read_text())
        self.push = topic.rsplit(":", 1)[0] + ":endpoint/"
        self.stages = {name: self.read(name) for name in STAGES}
        self.stamped: dict[str, str] = {}

    @property
    def messages(self) -> list[Message]:
        return [message for stage in self.stages.values() for message in stage]

    def accepted(self, prefix: str) -> list[str]:
        """The business keys with this prefix (`req-`, `buy-`) that are accepted."""
        taken = (message.key for message in self.messages if message.expect == "accepted")
        return [key for key in taken if key and key.startswith(prefix)]

    def stamp(self, body: str) -> str:
        """The body with the present as its `time`, as a producer would send it; the same bytes for the same body."""
        if body not in self.stamped:
            self.stamped[body] = _TIME.sub(rf'\1"{utc(datetime.now(UTC))}"', body)
        return self.stamped[body]

    def rename(self, text: str) -> str:
        return text.replace(self.expected["token"], self.run)

    def read(self, name: str) -> list[Message]:
        lines = map(json.loads, (FILES / name).read_text().splitlines())
        return [self.message(number, line) for number, line in enumerate(lines)]

    def message(self, number: int, line: dict[str, str]) -> Message:
        body = self.rename(line["body"]).replace(_PUSH, self.push)
        key = self.rename(line["key"]) if "key" in line else None
        return Message(number, line["queue"].capitalize(), self.rename(line["group"]), body, line["expect"], key)
