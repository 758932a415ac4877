"""What published events have to be counted as, worked out anew: from all of them at once, where the function adds up
what comes in batch after batch."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from devstack.events import Event, derived

# By period (`day#2026-03-01`) and row (`category#cleaning`), then by column.
Rows = dict[tuple[str, str], Counter[str]]
DELAYS = {"request.matched": "match", "points.deducted": "charge"}
MEASURES = {
    "request.matched": "matched",
    "request.unmatched": "unmatched",
    "points.deducted": "charged",
    "points.rejected": "refused",
    "notification.sent": "told",
}


def recount(events: Iterable[Event]) -> Rows:
    distinct = list({event["id"]: event for event in events}.values())
    matches = {event["data"]["matchId"]: event for event in distinct if event["type"] == "request.matched"}
    decisions = [event for event in distinct if "category" in event["data"]]
    told = {notification(decision, channel): decision for decision in decisions for channel in ("push", "sms")}
    rows: Rows = defaultdict(Counter)
    for event in distinct:
        data = event["data"]
        cause = matches.get(data.get("matchId", "")) or told.get(data.get("notificationId", "")) or event
        for period in periods(event):
            rows[period, "events"][event["type"]] += 1
            for row in places(event, cause):
                rows[period, row].update(measures(event))
            if until := delay(event, cause):
                rows[period, f"delay#{until}"][bucket(event, cause)] += 1
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


def places(event: Event, cause: Event) -> Iterator[str]:
    """Everything, and the category, region and partner of the event itself or of the match or decision that caused it."""
    yield "total"
    partner = event["data"].get("partnerId") or cause["data"].get("partner", {}).get("id")
    found = {"category": cause["data"].get("category"), "region": cause["data"].get("region"), "partner": partner}
    yield from (f"{kind}#{name}" for kind, name in found.items() if name)


def measures(event: Event) -> dict[str, int]:
    if event["type"] == "points.credited":
        return {"pointsBought": event["data"]["points"]}
    counted = {MEASURES[event["type"]]: 1} if event["type"] in MEASURES else {}
    return counted | ({"pointsCharged": event["data"]["points"]} if event["type"] == "points.deducted" else {})


def delay(event: Event, cause: Event) -> str | None:
    if event["type"] == "notification.sent" and cause is not event:
        return "message"
    return DELAYS.get(event["type"])


def bucket(event: Event, cause: Event) -> str:
    """The delay's upper bound in milliseconds, of which the first four binary digits may differ from 0."""
    submitted = event["data"].get("submittedAt") or cause["data"]["submittedAt"]
    passed = datetime.fromisoformat(event["time"]) - moment_of(submitted)
    millis = max(0, -(-passed // timedelta(milliseconds=1)))
    width = 1 << max(0, millis.bit_length() - 4)
    return str(-(-millis // width) * width)


def moment_of(text: str) -> datetime:
    """The time; revision 1 published the year 0, too, which Python does not know."""
    return datetime.min.replace(tzinfo=UTC) if text.startswith("0000-") else datetime.fromisoformat(text)
