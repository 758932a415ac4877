"""Hundreds of requests with every outcome, each of a customer with a phone of its own, and what was published of them."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

from devstack.clients.event_log import EventLog
from devstack.clients.stack import BATCH, Stack
from devstack.events import Event, envelope
from sandbox import Sandbox

NUMBERS = itertools.count()
# Where there is enough of everything; where matches end, and make room; where they do not; where there is no partner.
AMPLE, CLOSING, FULL, UNSERVED = "KR-11", "KR-26", "KR-27", "KR-50"
REGIONS = [AMPLE] * 7 + [CLOSING, FULL, UNSERVED]


class Burst:
    """Sends its requests ten at a time, with every tenth a second time and a bad record now and then."""

    def __init__(self, sandbox: Sandbox, size: int) -> None:
        self.sandbox, self.stack = sandbox, sandbox.stack
        self.phones = dict(zip([f"r{n}-{sandbox.tag}" for n in range(size)], unused_phones(self.stack), strict=False))
        self.unsent = list(self.phones)
        self.bad: list[str] = []
        self.capacities: dict[str, int] = {}
        self.peaks: dict[str, int] = {}  # the most open matches of each partner that were seen at any moment
        self.log = EventLog(list(self.phones))
        self.published: list[str] = []  # bodies, as often as they arrived
        self.followed = 0
        self.register_partners()

    def register_partners(self) -> None:
        """With enough points, too few after some matches, without an account, with little capacity."""
        self.partner("rich", capacity=1_000, points=100_000)
        self.partner("short", capacity=100, points=550)
        self.partner("poor", capacity=100)
        for region in (CLOSING, FULL):
            for n in range(2):
                self.partner(f"small{n}-{region.lower()}", capacity=4, points=100_000, regions=[region])
        self.sandbox.marker()

    def partner(self, name: str, capacity: int, **data: Any) -> None:
        self.capacities[self.sandbox.partner(name, capacity=capacity, **data)] = capacity

    def step(self) -> None:
        """Sends some more, and closes the matches that can be closed."""
        some, self.unsent = self.unsent[:BATCH], self.unsent[BATCH:]
        if some:
            self.send([self.submission(request) for request in some])
            self.send([self.submission(some[0])])  # a producer's retry: fresh envelope id and time
            self.bad.append(self.stack.send("Intake", f"no JSON: {some[0]}", f"bad-{some[0]}"))
        self.follow()
        self.close()
        self.measure()

    def send(self, events: list[Event]) -> None:
        entries = [{"MessageBody": json.dumps(event), "MessageGroupId": event["data"]["customer"]["id"]} for event in events]
        self.stack.send_batch("Intake", entries)

    def submission(self, request: str) -> Event:
        number = int(request.split("-")[0].removeprefix("r"))
        customer = {"id": f"of-{request}", "phone": self.phones[request]}
        data = self.sandbox.submission(request) | {"customer": customer, "region": REGIONS[number % len(REGIONS)]}
        return envelope("request.submitted", data)

    def follow(self) -> None:
        """Takes what was published of this burst, and by no other test."""
        new = self.stack.listener.since(self.followed)
        self.followed += len(new)
        ours = [body for body, _ in new if self.sandbox.tag in body]
        self.published += ours
        for body in ours:
            self.log.add(body)

    def close(self) -> None:
        """Closes the matches that are charged by now, where capacity is short and matches end."""
        for request in list(self.log.confirmed()):
            assert request.match
            match = request.match.data
            if match["region"] == CLOSING:
                ids = {name: match[name] for name in ("requestId", "matchId")}
                self.stack.emit("match.closed", ids, group=match["customer"]["id"])
                request.closed = True

    def measure(self) -> None:
        """How many open matches each partner has at this moment: one must never have too many, not only in the end."""
        keys = [{"pk": {"S": f"partner#{partner}"}, "sk": {"S": "partner"}} for partner in self.capacities]
        table = self.stack.table("Matching")
        request = {table: {"Keys": keys, "ConsistentRead": True}}
        for item in self.stack.dynamodb.batch_get_item(RequestItems=request)["Responses"][table]:
            partner, now = item["pk"]["S"].removeprefix("partner#"), int(item["openMatches"]["N"])
            self.peaks[partner] = max(now, self.peaks.get(partner, 0))


def unused_phones(stack: Stack) -> Iterator[str]:
    """Phone numbers that got no text yet, on an engine that keeps the texts of all runs."""
    taken = stack.texts()
    return (phone for n in NUMBERS if (phone := f"+8210008{n:05}") not in taken)
