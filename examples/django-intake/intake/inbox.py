"""The listener's steps: read each message, store what is about our requests, once, and only then delete it."""

import json
import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from . import aws
from .models import CustomerRequest, InboxEvent

# The members without which an event of this type says nothing to us. Other types are ignored.
NEEDED = {
    "request.matched": {"attempt": int, "partner": dict},
    "request.deferred": {"attempt": int},
    "request.unmatched": {"attempt": int, "reason": str},
    "points.deducted": {"points": int},
    "points.rejected": {"reason": str},
    "notification.sent": {"channel": str, "cause": str},
    "notification.failed": {"channel": str, "cause": str, "reason": str},
}

log = logging.getLogger(__name__)


def listen_once(sqs: Any, queue_url: str) -> None:
    """Receives, stores, deletes. What dies in between comes back, and is known by its id."""
    answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=aws.RECEIVE_WAIT)
    messages = answer.get("Messages", [])
    handled = store(messages)
    if handled:  # an entry that fails here comes back as well
        entries = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(handled)]
        sqs.delete_message_batch(QueueUrl=queue_url, Entries=entries)


def store(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stores these messages' events in one transaction; gives back the messages that are dealt with.

    One that cannot be read is not: after some receives the queue's redrive policy moves it to the dead-letter queue.
    """
    events, handled = [], []
    for message in messages:
        try:
            event = read(message["Body"])
        except (
            ValueError,
            KeyError,
            TypeError,
            RecursionError,
        ):  # which of its members is wrong would show what is in it
            log.error("message %s cannot be read", message["MessageId"])
            continue
        handled.append(message)
        if event:
            events.append(event)
    with transaction.atomic():
        ours = CustomerRequest.objects.in_bulk([event.request_id for event in events])
        InboxEvent.objects.bulk_create([e for e in events if e.request_id in ours], ignore_conflicts=True)
    return handled


def read(body: str) -> InboxEvent | None:
    """The event in this body, if its type is of interest; raises if it is no such event."""
    event = json.loads(body)
    kind, data = event["type"], event["data"]
    if kind not in NEEDED:
        return None
    for name, wanted in (NEEDED[kind] | {"requestId": str}).items():
        if not isinstance(data[name], wanted):
            raise ValueError(name)
    if not (isinstance(event["id"], str) and 0 < len(event["id"]) <= 256):
        raise ValueError("id")
    time = datetime.fromisoformat(event["time"])
    if time.tzinfo is None:
        raise ValueError("time")
    kept = {name: value for name, value in data.items() if name != "customer"}
    return InboxEvent(
        id=event["id"],
        request_id=data["requestId"],
        type=kind,
        causation_id=str(event.get("causationid") or ""),
        time=time,
        body=json.dumps(kept),
    )
