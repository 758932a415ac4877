"""Hundreds of requests of every fate, each of a customer with a phone of its own, and what was seen of them."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

from devstack.demo.journal import Journal
from events import Event, envelope
from market import Market
from stack import Stack

NUMBERS = itertools.count()
# Where there is enough of everything; where matches end, and make room; where they do not; where nobody is.
AMPLE, CLOSING, FULL, NOBODY = "KR-11", "KR-26", "KR-27", "KR-50"
PLACES = [AMPLE] * 7 + [CLOSING, FULL, NOBODY]
BATCH = 10


class Burst:
    """Sends its requests ten at a time, with every tenth a second time and a bad record now and then."""

    def __init__(self, market: Market, size: int) -> None:
        self.market, self.stack = market, market.stack
        self.dynamodb = market.stack.client("dynamodb")
        self.phones = dict(zip([f"r{n}-{market.tag}" for n in range(size)], unused(self.stack), strict=False))
        self.unsent = list(self.phones)
        self.bad: list[str] = []
        self.capacities: dict[str, int] = {}
        self.fullest: dict[str, int] = {}
        self.journal = Journal(list(self.phones), set())
        self.published: list[str] = []  # as often as it arrived
        self.followed = 0
        self.open()

    def open(self) -> None:
        """The partners: rich, short of points after some matches, without an account, with little room."""
        self.partner("rich", capacity=1_000, points=100_000)
        self.partner("short", capacity=100, points=550)
        self.partner("poor", capacity=100)
        for region in (CLOSING, FULL):
            for n in range(2):
                self.partner(f"small{n}-{region.lower()}", capacity=4, points=100_000, regions=[region])
        self.market.marker()

    def partner(self, name: str, capacity: int, **data: Any) -> None:
        self.capacities[self.market.partner(name, capacity=capacity, **data)] = capacity

    def step(self) -> None:
        """Sends some more, and ends the work that can be ended."""
        some, self.unsent = self.unsent[:BATCH], self.unsent[BATCH:]
        if some:
            self.send([self.submission(request) for request in some])
            self.send([self.submission(some[0])])  # a producer's retry: fresh envelope id and time
            self.bad.append(self.stack.send("IntakeQueueUrl", f"no JSON: {some[0]}", f"bad-{some[0]}"))
        self.follow()
        self.close()
        self.look()

    def send(self, events: list[Event]) -> None:
        entries = [
            {"Id": str(n), "MessageBody": json.dumps(event), "MessageGroupId": event["data"]["customer"]["id"]}
            for n, event in enumerate(events)
        ]
        answer = self.stack.sqs.send_message_batch(QueueUrl=self.stack.outputs["IntakeQueueUrl"], Entries=entries)
        assert len(answer["Successful"]) == len(events)

    def submission(self, request: str) -> Event:
        number = int(request.split("-")[0].removeprefix("r"))
        customer = {"id": f"of-{request}", "phone": self.phones[request]}
        data = self.market.submission(request) | {"customer": customer, "region": PLACES[number % len(PLACES)]}
        return envelope("request.submitted", data)

    def follow(self) -> None:
        """What was published of this burst, and by no other test."""
        seen = self.stack.listener.seen
        new = seen[self.followed :]
        self.followed += len(new)
        ours = [message["Body"] for message in new if self.market.tag in message["Body"]]
        self.published += ours
        for body in ours:
            self.journal.see(body, 0)

    def close(self) -> None:
        """The work of the matches that are charged by now, where room is scarce and matches end."""
        for request in list(self.journal.confirmed()):
            assert request.match
            match = request.match.data
            if match["region"] == CLOSING:
                ids = {name: match[name] for name in ("requestId", "matchId")}
                self.stack.emit("match.closed", ids, group=match["customer"]["id"])
                request.closed = True

    def look(self) -> None:
        """How many open matches each partner has at this moment: one must never have too many, not only in the end."""
        keys = [{"pk": {"S": f"partner#{partner}"}, "sk": {"S": "partner"}} for partner in self.capacities]
        table = self.stack.outputs["MatchingTableName"]
        request = {table: {"Keys": keys, "ConsistentRead": True}}
        for item in self.dynamodb.batch_get_item(RequestItems=request)["Responses"][table]:
            partner, now = item["pk"]["S"].removeprefix("partner#"), int(item["openMatches"]["N"])
            self.fullest[partner] = max(now, self.fullest.get(partner, 0))


def unused(stack: Stack) -> Iterator[str]:
    """Phone numbers that got no text yet, on an engine that keeps the texts of all runs."""
    taken = stack.all_texts()
    return (phone for n in NUMBERS if (phone := f"+8210009{n:05}") not in taken)
