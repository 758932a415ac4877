"""The run: partners, then their points, then the requests, until every request is settled."""

import json
import math
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from devstack.clients.event_log import EventLog, RequestLog
from devstack.clients.stack import BATCH, Stack
from devstack.console import Progress
from devstack.demo.messages import PARTNERS, PURCHASES, REQUESTS, Burst
from devstack.demo.sender import Sender
from devstack.events import envelope
from devstack.waiting import ticks
from devstack.wiring import consumed

STEP_SECONDS = 0.2
WORK_SECONDS = 2.0  # from a charge until the work is done and the match is closed
# SQS's counts are approximate on AWS: an empty queue has to look empty for a while.
READINGS_LOCAL, READINGS_AWS = 2, 25
UNKNOWN = "reasons unknown"  # stands for every reason of quarantine where only the number is known


@dataclass
class Result:
    """What a run came to."""

    burst: Burst
    log: EventLog
    sent_at: dict[str, float]  # by business key, in seconds since 1970
    states: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)  # by reason
    closed_after: int = 0  # matches closed after `states` was counted
    seconds: float = 0.0
    unfinished: str | None = None


class Run:
    """One run of the burst on one stack."""

    def __init__(self, stack: Stack, burst: Burst, pace: float, limit: float, closes: bool) -> None:
        self.stack, self.burst, self.pace, self.limit, self.closes = stack, burst, pace, limit, closes
        self.began = time.time()
        self.progress = Progress()
        self.sender = Sender(stack, burst)
        self.log = EventLog(burst.accepted("req-"), set(burst.accepted("buy-")))
        self.listener = stack.listener  # subscribed before anything is sent
        self.received = 0
        self.scarce = {(pair["category"], pair["region"]) for pair in burst.expected["scarce"]}

    def follow(self) -> Result:
        result = Result(self.burst, self.log, self.sender.sent_at)
        quarantined_before = quarantined(self.stack)
        try:
            self.register_partners()
            self.send_requests()
        except TimeoutError as late:
            result.unfinished = str(late)
        result.states = Counter(request.state for request in self.log.requests.values())
        result.seconds = time.time() - self.began
        try:
            result.closed_after = self.close(list(self.log.confirmed()))
            self.drain("Intake", "the last matches are closed")  # so that the next run finds the partners free
        except TimeoutError as late:
            result.unfinished = result.unfinished or str(late)
        now = quarantined(self.stack)
        result.quarantined = Counter(now[message] for message in now.keys() - quarantined_before.keys())
        return result

    def register_partners(self) -> None:
        """Partners and their points first: a request that overtook them would find no partner."""
        if held := {name: count for name, count in self.stack.backlog().items() if name in consumed()}:
            self.progress.done(f"still on the queues from before: {held}")
        if self.stack.endpoint is not None:
            for name in self.burst.expected["pushEndpoints"]:
                self.stack.sns.create_topic(Name=name)
        self.sender.send(PARTNERS, math.inf)
        self.drain("Partners", "partners are registered")
        self.sender.send(PURCHASES, math.inf)
        bought = {message.key for message in self.burst.stages[PURCHASES] if message.expect == "accepted"}
        self.wait(lambda: bought <= self.log.credited, "purchases are credited")
        self.progress.done(f"{len(self.burst.stages[PARTNERS])} partners registered, {len(bought)} purchases credited")

    def send_requests(self) -> None:
        total = len(self.log.requests)
        with ThreadPoolExecutor(1) as aside:
            sending = aside.submit(self.sender.send, REQUESTS, self.pace)
            self.wait(sending.done, "messages are sent")
            sending.result()
        self.wait(lambda: self.log.settled() == total, "requests are settled")
        self.wait(lambda: self.log.purchase_ids <= self.log.credited, "the day's purchases are credited")
        self.drain("Intake", "the last messages are handled")
        self.progress.done(f"{self.sender.sent} messages sent, {total} requests settled")

    def drain(self, queue: str, what: str) -> None:
        """Waits until a queue is empty."""
        readings = READINGS_AWS if self.stack.endpoint is None else READINGS_LOCAL
        empty = 0

        def is_drained() -> bool:
            nonlocal empty
            empty = empty + 1 if self.stack.waiting(queue) == 0 else 0
            return empty >= readings

        self.wait(is_drained, what)

    def wait(self, is_so: Callable[[], bool], what: str) -> None:
        for _ in ticks(self.began + self.limit - time.time(), STEP_SECONDS):
            self.receive()
            if is_so():
                return
            if self.closes:
                self.close([request for request in self.log.confirmed() if self.is_done(request)])
            settled, total = self.log.settled(), len(self.log.requests)
            sent = f"{self.sender.sent}/{len(self.burst.messages)} messages sent"
            self.progress.show(f"{what}: {sent} · {settled}/{total} requests settled")
        raise TimeoutError(f"Waited {self.limit:.0f} s in all, until {what}.")

    def receive(self) -> None:
        new = self.listener.since(self.received)
        self.received += len(new)
        for body, at in new:
            self.log.add(body, at)

    def is_done(self, request: RequestLog) -> bool:
        """Whether the work for a confirmed request is done by now: for all of them where partners are scarce, for every other one
        elsewhere."""
        match, charge = request.match, request.charge
        assert match and charge
        is_scarce = (match.data["category"], match.data["region"]) in self.scarce
        return time.time() - charge.at >= WORK_SECONDS and (is_scarce or int(request.id[-1]) % 2 == 0)

    def close(self, requests: list[RequestLog]) -> int:
        """Reports the work of confirmed requests as done, which frees the partners' capacity."""
        for start in range(0, len(requests), BATCH):
            batch = requests[start : start + BATCH]
            self.stack.send_batch("Intake", [closing(request) for request in batch])
            for request in batch:
                request.closed = True
        return len(requests)


def closing(request: RequestLog) -> dict[str, str]:
    assert request.match
    match_id, customer = request.match.data["matchId"], request.match.data["customer"]
    event = envelope("match.closed", {"requestId": request.id, "matchId": match_id}, source="/work-app")
    return {
        "MessageBody": json.dumps(event),
        "MessageGroupId": customer["id"],
        "MessageDeduplicationId": f"closed-{match_id}",
    }


def quarantined(stack: Stack) -> dict[str, str]:
    """The reasons of the records in quarantine, by message id. Receiving them would hide them from their reader, and an older record of a message
    group hides the newer ones: so it is the engine's own view of the queue that is read, and on AWS the number alone, so that each has its place in place of an id."""
    if stack.endpoint is None:
        return {str(place): UNKNOWN for place in range(stack.waiting("Quarantine"))}
    url = stack.queue("Quarantine")
    accounts = stack.inspect("sqs/messages", QueueUrl=url)["messages"]
    held = [region[url] for account in accounts.values() for region in account.values() if url in region]
    return {message["MessageId"]: message["MessageAttributes"]["reason"]["StringValue"] for queue in held for message in queue}
