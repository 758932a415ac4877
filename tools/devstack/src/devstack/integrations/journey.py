"""One request's way: over HTTP into Django, through Matchflow, to Spring and onto Django's page."""

import json
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from devstack.integrations.applications import Setting
from devstack.local.client import client

WITHIN = 60.0  # seconds; it takes about one


def prepare(setting: Setting, run: str) -> str:
    """A partner for this run's requests alone, in a category of its own; gives back that category."""
    category, partner = f"example-{run}", f"example-{run}"
    fee, points = {"points": 300}, 1_000
    pairs = {"categories": [category], "regions": ["KR-11"], "capacity": 5, "fee": fee}
    registered = {"partnerId": partner, "version": 1, "name": "예시 한빛청소", **pairs}
    send(setting, "PointsQueueUrl", "points.purchased", partner, {"purchaseId": partner, "partnerId": partner, "points": points})
    send(setting, "IntakeQueueUrl", "partner.registered", partner, registered)
    table = client(setting.stack, "dynamodb")
    key = {"pk": {"S": f"partner#{partner}"}, "sk": {"S": "partner"}}
    until("the partner is taken in", lambda: "Item" in table.get_item(TableName=setting.outputs["MatchingTableName"], Key=key))
    return category


def send(setting: Setting, queue: str, kind: str, group: str, data: dict[str, Any]) -> None:
    event = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": "/example", "type": kind}
    event |= {"time": datetime.now().astimezone().isoformat(), "data": data}
    sqs = client(setting.stack, "sqs")
    sqs.send_message(QueueUrl=setting.outputs[queue], MessageBody=json.dumps(event), MessageGroupId=group)


def follow(setting: Setting, django: str, spring: str) -> None:
    """Sends one request, and asserts and shows what became of it."""
    run = uuid.uuid4().hex[:8]
    category = prepare(setting, run)
    customer = {"id": f"c-{run}", "phone": "+821000990077", "locale": "en-US"}
    body = {"customer": customer, "category": category, "region": "KR-11", "details": {"rooms": 3}}
    answer = post(f"{django}/requests", run, body)
    request = answer["requestId"]
    confirm(post(f"{django}/requests", run, body) == answer, "the same Idempotency-Key gets the first answer")

    told = until("Django's page is at rest", lambda: at_rest(get(f"{django}/requests/{request}.json")))
    confirm((told["status"], told["told"]["by"]) == ("charged", "sms"), "Django's page says charged, and told by text message")
    page = fetch(f"{django}/requests/{request}", "text/html")
    confirm("예시 한빛청소" in page and customer["phone"] not in page, "it shows the partner, and no phone number")

    wanted = {"request.matched", "points.deducted"}
    arrived = until("Spring has the events", lambda: handled(get(f"{spring}/events?requestId={request}"), wanted))
    confirm({event["eventType"] for event in arrived} == wanted, "Spring got both by eventType, and not what its filter leaves out")
    confirm(get(f"{spring}/requests/{request}")["state"] == "charged", "Spring says charged")
    show(request, told, arrived)


def at_rest(state: dict[str, Any]) -> dict[str, Any] | None:
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
        sys.exit(f"not so: {what}")
    print(f"  ✓ {what}")


def until(what: str, condition: Callable[[], Any]) -> Any:
    end = time.monotonic() + WITHIN
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    sys.exit(f"not within {WITHIN:.0f} s: {what}")


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
