"""What the demo's report says of the counters: the days, the quantiles, and how they differ from what was received."""

import json
from collections import Counter

from devstack.clients.event_log import EventLog
from devstack.demo.statistics import Counted, days, ids_by_key, lines, quantile


def log(*times: str) -> EventLog:
    made = EventLog(["req-1", "req-2"], {"buy-1"})
    for number, time in enumerate(times):
        told = {"requestId": f"req-{number % 2 + 1}"}
        made.add(json.dumps({"id": f"told-{number}", "type": "notification.sent", "time": time, "data": told}))
    for purchase in ("buy-1", "buy-of-others"):
        bought = {"purchaseId": purchase, "partnerId": "p"}
        made.add(json.dumps({"id": f"of-{purchase}", "type": "points.credited", "time": "2026-11-24T10:00:00Z", "data": bought}))
    return made


def test_a_run_across_midnight_in_utc_counts_to_both_days() -> None:
    assert days(log("2026-11-24T09:00:00Z", "2026-11-24T23:59:59.999Z")) == ["2026-11-24"]
    assert days(log("2026-11-25T00:00:00Z", "2026-11-24T23:59:59.999Z")) == ["2026-11-24", "2026-11-25"]
    assert len(days(log())) == 1


def test_only_this_runs_events_are_asked_for() -> None:
    wanted = {"request#req-1": {"told-0"}, "request#req-2": set(), "purchase#buy-1": {"of-buy-1"}}
    assert ids_by_key(log("2026-11-24T09:00:00Z")) == wanted


def test_a_quantile_is_the_first_bound_that_so_many_are_within() -> None:
    histogram = Counter({"8": 5, "16": 4, "128": 1})
    assert [quantile(histogram, share) for share in (0.5, 0.51, 0.9, 0.91, 1)] == [0.008, 0.016, 0.016, 0.128, 0.128]
    assert quantile(Counter(), 0.5) is None


def test_each_difference_from_what_was_received_is_named() -> None:
    def problems(*found: str) -> list[str]:
        return counted(*found).problems

    assert problems("a", "b") == []
    assert problems("a") == ["of 2 events seen 1 not counted"]
    assert problems("a", "b", "c") == ["of 2 events seen 1 counted but not seen"]
    assert problems("a", "b", "b") == ["of 2 events seen 1 counted twice"]
    assert "today, 2026-11-24 (UTC), in all runs; 1 of 2 events of this run" in next(lines(counted("a")))


def counted(*found: str) -> Counted:
    rows = {"events": Counter(), "total": Counter()}
    return Counted(["2026-11-24"], rows, {"request#r": {"a", "b"}}, {"request#r": list(found)})
