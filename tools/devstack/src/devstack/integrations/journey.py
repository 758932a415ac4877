"""One request through all three: over HTTP into Django, through Matchflow, to Spring and onto Django's page."""

import json
import sys
import urllib.request
import uuid
from datetime import datetime
from typing import Any

from devstack.clients.stack import Stack
from devstack.waiting import until


def prepare(stack: Stack, run: str) -> str:
    """Registers a partner for this run's requests alone, in a category of its own; returns that category."""
    name = f"example-{run}"
    pairs = {"categories": [name], "regions": ["KR-11"], "capacity": 5, "fee": {"points": 300}}
    stack.emit("points.purchased", {"purchaseId": name, "partnerId": name, "points": 1_000}, group=name)
    stack.emit("partner.registered", {"partnerId": name, "version": 1, "name": "예시 한빛청소", **pairs}, group=name)
    until(lambda: stack.query("Matching", f"partner#{name}"), "the partner is registered")
    return name


def follow(stack: Stack, django: str, spring: str) -> None:
    """Sends one request, checks its outcome and prints its events."""
    run = uuid.uuid4().hex[:8]
    category = prepare(stack, run)
    customer = {"id": f"c-{run}", "phone": "+821000990077", "locale": "en-US"}
    body = {"customer": customer, "category": category, "region": "KR-11", "details": {"rooms": 3}}
    answer = post(f"{django}/requests", run, body)
    request = answer["requestId"]
    confirm(post(f"{django}/requests", run, body) == answer, "the same Idempotency-Key gets the first answer")

    told = until(lambda: final(get(f"{django}/requests/{request}.json")), "Django's page shows a final state")
    confirm((told["status"], told["told"]["by"]) == ("charged", "sms"), "Django's page says charged, and told by text message")
    page = fetch(f"{django}/requests/{request}", "text/html")
    confirm("예시 한빛청소" in page and customer["phone"] not in page, "it shows the partner, and no phone number")

    wanted = {"request.matched", "points.deducted"}
    arrived = until(lambda: handled(get(f"{spring}/events?requestId={request}"), wanted), "Spring has the events")
    types = {event["eventType"] for event in arrived}
    confirm(types == wanted, "Spring got both by eventType, and not what its filter leaves out")
    confirm(get(f"{spring}/requests/{request}")["state"] == "charged", "Spring says charged")
    show(request, told, arrived)


def final(state: dict[str, Any]) -> dict[str, Any] | None:
    return state if state["atRest"] else None


def handled(events: list[dict[str, Any]], wanted: set[str]) -> list[dict[str, Any]] | None:
    return events if wanted <= {event["eventType"] for event in events} else None


def show(request: str, told: dict[str, Any], arrived: list[dict[str, Any]]) -> None:
    lines = [(told["submittedAt"], "django   took the request in")]
    lines += [(event["time"], f"matchflow {event['type']}") for event in told["events"]]
    lines += [(event["receivedAt"], f"spring   handled {event['eventType']}") for event in arrived]
    lines = sorted((datetime.fromisoformat(at), what) for at, what in lines)
    print(f"\nRequest {request}")
    for at, what in lines:
        print(f"  {(at - lines[0][0]).total_seconds():6.3f}  {what}")


def confirm(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"This does not hold: {what}")
    print(f"  ✓ {what}")


def post(url: str, key: str, body: dict[str, Any]) -> Any:
    headers = {"Content-Type": "application/json", "Idempotency-Key": f'"{key}"'}
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers), timeout=10) as answer:
        return json.load(answer)


def get(url: str) -> Any:
    return json.loads(fetch(url, "application/json"))


def fetch(url: str, kind: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": kind}), timeout=10) as answer:
        text: str = answer.read().decode()
        return text
