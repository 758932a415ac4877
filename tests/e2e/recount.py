"""What published events have to be counted as, worked out anew: from all of them at once, where the function adds up
what comes in batch after batch, and folds it into the counters later."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from devstack.events import Event, derived

# By period (`day#2026-03-01`) and row (`category#cleaning`), then by column.
Rows = dict[tuple[str, str], Counter[str]]
DELAYS = {"request.matched": "match", "points.deducted": "charge", "notification.sent": "message"}
MEASURES = {
    "request.matched": "matched",
    "request.unmatched": "unmatched",
    "points.deducted": "charged",
    "points.rejected": "refused",
    "notification.sent": "told",
}


def recount(events: Iterable[Event]) -> Rows:
    rows: Rows = defaultdict(Counter)
    for event in {event["id"]: event for event in events}.values():
        for period in periods(event):
            rows[period, "events"][event["type"]] += 1
            for row in places(event):
                rows[period, row].update(measures(event))
            if event["type"] in DELAYS and "submittedAt" in event["data"]:
                rows[period, f"delay#{DELAYS[event['type']]}"][bucket(event)] += 1
    return {row: columns for row, columns in rows.items() if columns}


def grown(before: Rows, now: Rows) -> Rows:
    """By how much each counter differs from what it was."""
    rows = {row: Counter(now.get(row, {})) for row in before.keys() | now.keys()}
    for row, columns in rows.items():
        columns.subtract(before.get(row, {}))
    changed = {row: Counter({name: n for name, n in columns.items() if n}) for row, columns in rows.items()}
    return {row: columns for row, columns in changed.items() if columns}


def notification(decision: Event, channel: str) -> str:
    return derived("notification", decision["id"], channel)


def periods(event: Event) -> list[str]:
    moment = datetime.fromisoformat(event["time"]).astimezone(UTC)
    return [f"{moment:day#%Y-%m-%d}", f"{moment:hour#%Y-%m-%dT%H}"]


def places(event: Event) -> Iterator[str]:
    """Everything, and the category, region and partner that the event says."""
    data = event["data"]
    yield "total"
    found = {"category": data.get("category"), "region": data.get("region")}
    found["partner"] = data.get("partnerId") or data.get("partner", {}).get("id")
    yield from (f"{kind}#{name}" for kind, name in found.items() if name)


def measures(event: Event) -> dict[str, int]:
    if event["type"] == "points.credited":
        return {"pointsBought": event["data"]["points"]}
    counted = {MEASURES[event["type"]]: 1} if event["type"] in MEASURES else {}
    return counted | ({"pointsCharged": event["data"]["points"]} if event["type"] == "points.deducted" else {})


def bucket(event: Event) -> str:
    """The delay's upper bound in milliseconds, of which the first four binary digits may differ from 0."""
    passed = datetime.fromisoformat(event["time"]) - moment_of(event["data"]["submittedAt"])
    millis = max(0, -(-passed // timedelta(milliseconds=1)))
    width = 1 << max(0, millis.bit_length() - 4)
    return str(-(-millis // width) * width)


def moment_of(text: str) -> datetime:
    """The time; revision 1 published the year 0, too, which Python does not know."""
    return datetime.min.replace(tzinfo=UTC) if text.startswith("0000-") else datetime.fromisoformat(text)
