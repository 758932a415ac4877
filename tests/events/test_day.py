"""The runner's pure parts: fresh ids and times, where a request stands, the books, what is called wrong."""

import json
from collections import Counter
from typing import Any

from contract import derived
from devstack.demo import checks, timing
from devstack.demo.books import audit
from devstack.demo.journal import Journal, Seen
from devstack.demo.lines import STAGES, Fresh, expected
from devstack.demo.run import Outcome

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
    notification = derived(f"notification/matched-{attempt}/{channel}")
    kind = "notification.failed" if more else "notification.sent"
    return event(kind, notification, 3, requestId="req-1", notificationId=notification, channel=channel, **more)


def journal(*bodies: str) -> Journal:
    made = Journal(["req-1"], {"buy-1"})
    for at, body in enumerate(bodies):
        made.see(body, float(at))
    return made


def entry(event_type: str, sequence: int, points: int, balance: int, match: str = "") -> Seen:
    data = {
        "partnerId": "p",
        "sequence": sequence,
        "points": points,
        "balance": balance,
        "matchId": match,
        "reason": "r",
    }
    return Seen(f"{event_type}-{sequence}", event_type, 0.0, 0.0, data)


def test_a_day_is_made_fresh_throughout() -> None:
    fresh = Fresh(RUN, expected()["token"], TOPIC)
    lines = [line for stage in STAGES for line in fresh.stage(stage)]
    text = "".join(fresh.stamp(line.body) + (line.key or "") for line in lines)
    assert expected()["token"] not in text
    assert '"time":"2026-03-02' not in text and '"time": "2026-03-02' not in text
    assert "arn:aws:sns:ap-northeast-2" not in text.replace("ap-northeast-2:000000000000:anyone", "")
    assert "arn:aws:sns:eu-west-1:123456789012:endpoint/" in text


def test_the_same_body_is_stamped_the_same_way() -> None:
    fresh = Fresh(RUN, expected()["token"], TOPIC)
    body = fresh.stage(STAGES[2])[0].body
    assert fresh.stamp(body) is fresh.stamp(body) != body


def test_a_request_comes_to_rest_when_it_is_charged_and_told() -> None:
    assert journal(matched(1)).at_rest() == 0
    assert journal(matched(1), charged(1)).at_rest() == 0
    assert journal(matched(1), told(1)).at_rest() == 0
    assert journal(matched(1), told(1), charged(1)).at_rest() == 1


def test_only_the_latest_match_counts() -> None:
    assert journal(matched(1), charged(1), told(1), matched(2)).at_rest() == 0
    assert journal(matched(2), matched(1), told(2), charged(2)).at_rest() == 1


def test_a_refused_push_is_not_the_last_word_where_there_is_a_phone() -> None:
    refused = told(1, "push", reason="refused")
    assert journal(matched(1), charged(1), refused).at_rest() == 1
    with_phone = matched(1, phone="+821000000001")
    assert journal(with_phone, charged(1), refused).at_rest() == 0
    assert journal(with_phone, charged(1), refused, told(1)).at_rest() == 1


def test_two_contents_under_one_id_are_noticed_and_a_repeat_is_not() -> None:
    assert journal(charged(1), charged(1)).contradictions == []
    assert len(journal(charged(1), charged(1).replace('"p"', '"q"')).contradictions) == 1


def test_books_that_add_up_have_no_errors() -> None:
    books = audit(
        [
            entry("points.deducted", 2, 30, 70, "m"),
            entry("points.credited", 1, 100, 100),
            entry("points.rejected", 3, 80, 70, "n"),
        ]
    )
    assert books.errors == []
    assert (books.balances, books.credits, books.charges, books.refusals) == ({"p": 70}, 1, 1, {"r": 1})


def test_books_that_do_not_are_told_of() -> None:
    opened = entry("points.credited", 1, 100, 100)
    assert "gap" in audit([opened, entry("points.deducted", 3, 30, 70, "m")]).errors[0]
    assert "wrong balance" in audit([opened, entry("points.deducted", 2, 30, 71, "m")]).errors[0]
    assert "below zero" in audit([opened, entry("points.deducted", 2, 130, -30, "m")]).errors[0]
    twice = [opened, entry("points.deducted", 2, 30, 70, "m"), entry("points.deducted", 3, 30, 40, "m")]
    assert "charged twice" in audit(twice).errors[0]


def test_each_way_to_go_wrong_is_named() -> None:
    wanted = {"quarantined": {"not_json": 1}, "noPartner": [], "purchases": 1, "token": "20260302"}
    bought = event("points.credited", "credited", purchaseId="buy-1", partnerId="p")

    def problems(made: Journal, **quarantined: int) -> list[str]:
        outcome = Outcome([], made, {}, quarantined=Counter(quarantined))
        return checks.problems(outcome, audit([]), wanted, RUN)

    fine = (matched(1), told(1), charged(1), bought)
    assert problems(journal(*fine), not_json=1) == []
    assert "not at rest" in problems(journal(*fine[1:]), not_json=1)[0]
    assert "quarantined 2 not_json" in problems(journal(*fine), not_json=2)[0]
    assert "purchases" in problems(journal(*fine[:3]), not_json=1)[0]


def test_waiting_is_measured_by_the_events_and_from_here() -> None:
    requests = list(journal(matched(1), told(1)).requests.values())
    assert timing.by_event_times(requests) == [3.0]
    assert timing.by_the_clock(requests, {"req-1": 0.25}) == [0.75]
    assert timing.spread([4.0, 1.0, 2.0, 3.0]) == timing.Spread(4, 2.0, 4.0, 4.0)
