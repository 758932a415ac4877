"""How what statistics counted differs from what the demo received."""

import json

from devstack.clients.event_log import EventLog
from devstack.demo.statistics import Counted, ids_by_key


def log(*times: str) -> EventLog:
    made = EventLog(["req-1", "req-2"], {"buy-1"})
    for number, time in enumerate(times):
        told = {"requestId": f"req-{number % 2 + 1}"}
        made.add(json.dumps({"id": f"told-{number}", "type": "notification.sent", "time": time, "data": told}))
    for purchase in ("buy-1", "buy-of-others"):
        bought = {"purchaseId": purchase, "partnerId": "p"}
        made.add(json.dumps({"id": f"of-{purchase}", "type": "points.credited", "time": "2026-11-24T10:00:00Z", "data": bought}))
    return made


def test_only_this_runs_events_are_asked_for() -> None:
    wanted = {"request#req-1": {"told-0"}, "request#req-2": set(), "purchase#buy-1": {"of-buy-1"}}
    assert ids_by_key(log("2026-11-24T09:00:00Z")) == wanted


def test_each_difference_from_what_was_received_is_named() -> None:
    def problems(*found: str) -> list[str]:
        return counted(*found).problems

    assert problems("a", "b") == []
    assert problems("a") == ["of 2 events seen 1 not counted"]
    assert problems("a", "b", "c") == ["of 2 events seen 1 counted but not seen"]
    assert problems("a", "b", "b") == ["of 2 events seen 1 counted twice"]


def counted(*found: str) -> Counted:
    return Counted({"request#r": {"a", "b"}}, {"request#r": list(found)})
