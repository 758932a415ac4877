"""The demo's pure parts: fresh ids and times, the state of a request, the accounts, the checks."""

import json
from collections import Counter
from typing import Any

from devstack.clients.accounts import audit
from devstack.clients.event_log import EventLog, Received
from devstack.demo import report
from devstack.demo.checks import checks
from devstack.demo.messages import REQUESTS, Burst
from devstack.demo.run import UNKNOWN, Result
from devstack.demo.statistics import Counted
from devstack.events import derived

RUN = "1124-101500"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:matchflow-dev-events.fifo"


def event(event_type: str, event_id: str, seconds: int = 0, **data: Any) -> str:
    return json.dumps({"id": event_id, "type": event_type, "time": f"2026-11-24T10:15:{seconds:02}Z", "data": data})


def matched(attempt: int, seconds: int = 1, **customer: str) -> str:
    return event(
        "request.matched",
        f"matched-{attempt}",
        seconds,
        requestId="req-1",
        matchId=f"match-{attempt}",
        attempt=attempt,
        customer={"id": "customer-1", **customer},
        submittedAt="2026-11-24T10:15:00Z",
    )


def charged(attempt: int) -> str:
    return event(
        "points.deducted", f"charged-{attempt}", 2, requestId="req-1", matchId=f"match-{attempt}", partnerId="p"
    )


def told(attempt: int, channel: str = "sms", **more: str) -> str:
    notification = derived("notification", f"matched-{attempt}", channel)
    kind = "notification.failed" if more else "notification.sent"
    return event(kind, notification, 3, requestId="req-1", notificationId=notification, channel=channel, **more)


def log(*bodies: str) -> EventLog:
    made = EventLog(["req-1"], {"buy-1"})
    for at, body in enumerate(bodies):
        made.add(body, float(at))
    return made


def entry(event_type: str, sequence: int, points: int, balance: int, match: str = "") -> Received:
    data = {
        "partnerId": "p",
        "sequence": sequence,
        "points": points,
        "balance": balance,
        "matchId": match,
        "reason": "r",
    }
    return Received(f"{event_type}-{sequence}", event_type, 0.0, 0.0, data)


def test_every_run_has_ids_and_times_of_its_own() -> None:
    burst = Burst(RUN, TOPIC)
    text = "".join(burst.stamp(message.body) + (message.key or "") for message in burst.messages)
    assert burst.expected["token"] not in text
    assert '"time":"2026-03-02' not in text and '"time": "2026-03-02' not in text
    assert "arn:aws:sns:ap-northeast-2" not in text.replace("ap-northeast-2:000000000000:anyone", "")
    assert "arn:aws:sns:eu-west-1:123456789012:endpoint/" in text


def test_the_same_body_is_stamped_the_same_way() -> None:
    burst = Burst(RUN, TOPIC)
    body = burst.stages[REQUESTS][0].body
    assert burst.stamp(body) is burst.stamp(body) != body


def test_a_request_is_settled_when_it_is_charged_and_told() -> None:
    assert log(matched(1)).settled() == 0
    assert log(matched(1), charged(1)).settled() == 0
    assert log(matched(1), told(1)).settled() == 0
    assert log(matched(1), told(1), charged(1)).settled() == 1


def test_only_the_latest_match_counts() -> None:
    assert log(matched(1), charged(1), told(1), matched(2)).settled() == 0
    assert log(matched(2), matched(1), told(2), charged(2)).settled() == 1


def test_after_a_refused_push_a_text_is_waited_for_where_there_is_a_phone() -> None:
    refused = told(1, "push", reason="refused")
    assert log(matched(1), charged(1), refused).settled() == 1
    with_phone = matched(1, phone="+821000000001")
    assert log(with_phone, charged(1), refused).settled() == 0
    assert log(with_phone, charged(1), refused, told(1)).settled() == 1


def test_two_contents_under_one_id_are_noticed_and_a_repeat_is_not() -> None:
    assert log(charged(1), charged(1)).contradictions == []
    assert len(log(charged(1), charged(1).replace('"p"', '"q"')).contradictions) == 1


def test_accounts_that_add_up_have_no_errors() -> None:
    accounts = audit(
        [
            entry("points.deducted", 2, 30, 70, "m"),
            entry("points.credited", 1, 100, 100),
            entry("points.rejected", 3, 80, 70, "n"),
        ]
    )
    assert accounts.errors == []
    assert (accounts.balances, accounts.refusals) == ({"p": 70}, {"r": 1})
    assert accounts.decisions == {"points.credited": 1, "points.deducted": 1, "points.rejected": 1}


def test_accounts_that_do_not_add_up_are_reported() -> None:
    opened = entry("points.credited", 1, 100, 100)
    assert "gap" in audit([opened, entry("points.deducted", 3, 30, 70, "m")]).errors[0]
    assert "wrong balance" in audit([opened, entry("points.deducted", 2, 30, 71, "m")]).errors[0]
    assert "below zero" in audit([opened, entry("points.deducted", 2, 130, -30, "m")]).errors[0]
    twice = [opened, entry("points.deducted", 2, 30, 70, "m"), entry("points.deducted", 3, 30, 40, "m")]
    assert "charged twice" in audit(twice).errors[0]


def test_each_way_to_go_wrong_is_named() -> None:
    burst = Burst(RUN, TOPIC)
    burst.expected |= {"quarantined": {"not_json": 1}, "noPartner": [], "purchases": 1}
    bought = event("points.credited", "credited", purchaseId="buy-1", partnerId="p")

    def problems(made: EventLog, **quarantined: int) -> list[str]:
        result = Result(burst, made, {}, quarantined=Counter(quarantined))
        return sum(checks(result, audit([]), Counted({}, {})).values(), [])

    fine = (matched(1), told(1), charged(1), bought)
    assert problems(log(*fine), not_json=1) == []
    assert "are not settled" in problems(log(*fine[1:]), not_json=1)[0]
    assert "quarantined 2 not_json" in problems(log(*fine), not_json=2)[0]
    assert "purchases" in problems(log(*fine[:3]), not_json=1)[0]


def test_what_cannot_be_checked_is_not_said_to_hold() -> None:
    def statements(made: EventLog, quarantined: Counter[str]) -> str:
        result = Result(Burst(RUN, TOPIC), made, {}, quarantined=quarantined)
        return "\n".join(checks(result, audit([]), Counted({}, {})))

    everything = statements(log(matched(1), told(1), charged(1)), Counter({"not_json": 1}))
    assert "no partner found none" in everything and "each with its reason" in everything
    assert "no partner found none" not in statements(log(matched(1)), Counter({"not_json": 1})), "while requests wait"
    assert "each with its reason" not in statements(log(), Counter({UNKNOWN: 1})), "on AWS only the number is known"


def test_waiting_is_measured_by_the_events_and_from_here() -> None:
    requests = list(log(matched(1), told(1)).requests.values())
    assert [report.by_events(request) for request in requests] == [3.0]
    assert [report.by_the_clock(request, {"req-1": 0.25}) for request in requests] == [0.75]
    assert report.spread("here", [4.0, 1.0, 2.0, 3.0]).split() == ["here", "4", "2.00", "s", "4.00", "s", "4.00", "s"]
