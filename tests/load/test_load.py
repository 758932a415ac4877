"""A load's requests, and how it has to end."""

import json
from collections import Counter
from typing import Any

from devstack.clients.event_log import EventLog
from devstack.clients.submissions import FEE
from devstack.events import derived, envelope
from devstack.load.checks import ledger, unanswered
from devstack.load.watch import Watch
from devstack.load.workload import NOWHERE, POINTS, Workload


def test_every_hundredth_request_is_for_nowhere_and_the_others_are_skewed() -> None:
    where = Counter(Workload(2000, 200).where.values())
    assert where[NOWHERE] == 20
    (_, first), (_, second), *_ = where.most_common()
    assert first > 1.5 * second and len(where) == 41
    assert Counter(Workload(2000, 200).where.values()) == where


class Intake:
    """A stack of which only the intake queue is sent to."""

    def __init__(self) -> None:
        self.calls: list[list[dict[str, Any]]] = []

    def send_batch(self, queue: str, entries: list[dict[str, Any]]) -> None:
        assert queue == "Intake"
        self.calls.append([json.loads(entry["MessageBody"])["data"] for entry in entries])


def test_a_load_is_sent_ten_requests_a_call_and_it_is_known_when() -> None:
    workload, intake = Workload(103, 5), Intake()
    workload.send(intake)
    assert [len(call) for call in intake.calls] == [10] * 10 + [3]
    assert {data["requestId"]: data["region"] for call in intake.calls for data in call} == workload.where
    assert list(workload.sent_at) == list(workload.where) and sorted(workload.sent_at.values()) == list(workload.sent_at.values())


def answered(request: str, kind: str, **data: Any) -> list[str]:
    """The events of a request that was decided so and told."""
    customer = {"id": "c", "phone": "+82100"}
    decision = envelope(kind, {"requestId": request, "attempt": 1, "customer": customer, **data})
    told = {"requestId": request, "notificationId": derived("notification", decision["id"], "sms"), "channel": "sms"}
    events = [decision, envelope("notification.sent", told)]
    if kind == "request.matched":
        events.append(envelope("points.deducted", {"requestId": request, "matchId": data["matchId"]}))
    return [json.dumps(event) for event in events]


def seen(workload: Workload, bodies: list[str]) -> list[str]:
    watch = Watch(workload, EventLog(list(workload.where)), ended=True)
    for body in bodies:
        watch.log.add(body)
    return unanswered(watch)


def test_a_load_ends_with_every_request_told_once_as_the_rules_say() -> None:
    workload = Workload(2, 5)
    first, second = workload.where
    workload.where[second] = NOWHERE
    right = answered(first, "request.matched", matchId="m") + answered(second, "request.unmatched", reason="no_partner")
    assert seen(workload, right) == []
    again = json.dumps(json.loads(right[1]) | {"id": "another"})
    assert seen(workload, [*right, again]) == [f"{first}: its customer was told 2 times"]
    missing = seen(workload, right[:3])
    assert missing == [f"{second} is waiting, expected Unmatched  no_partner", f"{second}: its customer was told 0 times"]
    matched = seen(workload, right[:3] + answered(second, "request.matched", matchId="n"))
    assert matched == [f"{second} is Confirmed, expected Unmatched  no_partner"]


class Ledger:
    """A stack of which only the ledger's items are asked for."""

    def __init__(self, *balances: int) -> None:
        self.balances = balances

    def items(self, _: str) -> list[dict[str, Any]]:
        return [{"pk": f"p{number}", "sk": "account", "balance": balance} for number, balance in enumerate(self.balances)]


def test_the_balances_in_the_ledger_are_what_was_bought_less_what_was_charged() -> None:
    workload = Workload(1, 5)
    watch = Watch(workload, EventLog(list(workload.where)), ended=True)
    charge = {"matchId": "m", "partnerId": "p0", "sequence": 2, "points": FEE, "balance": POINTS - FEE}
    watch.log.add(json.dumps(envelope("points.deducted", charge)))
    assert ledger(Ledger(POINTS - FEE, *[POINTS] * 4), watch) == []
    assert ledger(Ledger(*[POINTS] * 5), watch) == [f"the balances lack {-FEE} points"]
    watch.log.accounts.clear()
    assert ledger(Ledger(*[POINTS] * 5), watch) == ["0 charges for 1 matches"]
