"""What the functions are fed: batches of requests and matches, and what has to be there before."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from devstack.events import Event, compact, envelope, match_id, utc
from devstack.generators.envelopes import published
from devstack.generators.partners import Partner
from devstack.generators.samples.messages import delivered, sent
from devstack.generators.samples.sqs import PRODUCER, SNS, Message, record

POINTS = 1_000_000_000  # a partner's, at first
FEE = 100
ALL, FIRST = "cleaning", "polishing"  # what all partners do, and what the first one alone does
SERVED, UNKNOWN = 10, 600  # partners of most batches, and partners that have one charge each


def partner(number: int) -> Partner:
    return Partner(f"partner-{number}", "Clean & Co", (ALL, FIRST) if number == 0 else (ALL,), ("KR-11",), capacity=100_000, fee=FEE)


PARTNERS = [partner(number) for number in range(SERVED + UNKNOWN)]


@dataclass(frozen=True)
class Scenario:
    """Batches of one kind."""

    name: str
    records: int
    partners: int
    known: bool = True  # whether the partners were charged before


TEN, HOT, ONE = Scenario("ten records, ten partners", 10, 10), Scenario("ten records, one partner", 10, 1), Scenario("one record", 1, 10)
NEW = Scenario("ten records, ten partners that the process does not know", 10, 10, known=False)


class Requests:
    """Requests, each with a number of its own."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.unknown = iter(PARTNERS[SERVED:])

    def submissions(self, scenario: Scenario) -> bytes:
        """A batch of matching's: so many partners may serve each request."""
        category = FIRST if scenario.partners == 1 else ALL
        requests = [self.submitted(category) for _ in range(scenario.records)]
        return batch("intake.fifo", PRODUCER, [sent(request, request["data"]["customer"]["id"]) for request in requests])

    def matches(self, scenario: Scenario) -> bytes:
        """A batch of points': matches of as many partners."""
        partners = [PARTNERS[n % scenario.partners] if scenario.known else next(self.unknown) for n in range(scenario.records)]
        events = [matched(self.submitted(ALL), partner) for partner in partners]
        return batch("points.fifo", SNS, [delivered(event, event["data"]["partner"]["id"]) for event in events])

    def submitted(self, category: str) -> Event:
        number = next(self.numbers)
        customer = {"id": f"customer-{number:06}", "phone": "+821000700000", "locale": "ko-KR"}
        data = {"requestId": f"request-{number:06}", "customer": customer, "category": category, "region": "KR-11"}
        return envelope("request.submitted", data | {"details": {"memo": "오전이 좋아요", "rooms": 3}})


def matched(request: Event, partner: Partner) -> Event:
    asked = request["data"]
    key = match_id(asked["requestId"], 1)
    data = {name: asked[name] for name in ("requestId", "customer", "category", "region")}
    data |= {"matchId": key, "attempt": 1, "partner": {"id": partner.id, "name": partner.name}, "fee": {"points": partner.fee}}
    data |= {"submittedAt": request["time"]}
    return published("request.matched", "matching", f"{asked['requestId']}/1", data, datetime.now(UTC), request)


def purchases() -> bytes:
    """A batch of points' that gives each partner its points."""
    bought = [{"purchaseId": f"purchase-{partner.id}", "partnerId": partner.id, "points": POINTS} for partner in PARTNERS]
    return batch("points.fifo", PRODUCER, [sent(envelope("points.purchased", data), data["partnerId"]) for data in bought])


def registrations() -> bytes:
    """A batch of matching's that registers the partners of most batches."""
    events = [envelope("partner.registered", partner.registration()) for partner in PARTNERS[:SERVED]]
    return batch("partners.fifo", PRODUCER, [sent(event, event["data"]["partnerId"]) for event in events])


def batch(queue: str, sender: str, messages: list[Message]) -> bytes:
    moment = datetime.now(UTC)
    records = [record(utc(moment), index, queue, sender, message, moment) for index, message in enumerate(messages)]
    return compact({"Records": records}).encode()
