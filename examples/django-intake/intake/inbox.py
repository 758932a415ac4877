"""The listener's steps: read each message, store what is about our requests, once, and only then delete it."""

import json
import logging
import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import aws, strict_json
from .models import CustomerRequest, InboxEvent

# What we read of each type, and nothing else is stored. Other types are ignored.
READ: dict[str, dict[str, Any]] = {
    "request.matched": {"attempt": int, "partner": {"id": str, "name": str}},
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
        except (ValueError, KeyError, TypeError, OverflowError):  # what is wrong would show what is in it
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
    """The event in this body, if its type is of interest; raises if it is no such event.

    Whatever the database or a page would stumble over is refused here: there it would stop its neighbours as well.
    """
    event = strict_json.loads(body.encode())
    kind, data = event["type"], event["data"]
    if kind not in READ:
        return None
    return InboxEvent(
        id=_text(event["id"], r"[^\0]{1,256}"),
        request_id=_text(data["requestId"], "[A-Za-z0-9_-]{1,64}"),
        type=kind,
        causation_id=_text(event.get("causationid") or "", r"[^\0]{0,256}"),
        time=timezone.localtime(datetime.fromisoformat(event["time"])),  # raises if it has no zone, or no local time
        body=json.dumps(_picked(data, READ[kind])),
    )


def _text(value: Any, pattern: str) -> str:
    if not re.fullmatch(pattern, value):
        raise ValueError(pattern)
    return value


def _picked(value: Any, wanted: Any) -> Any:
    """As much of this value as is wanted, if it is of the wanted types."""
    if isinstance(wanted, dict):
        return {name: _picked(value[name], part) for name, part in wanted.items()}
    if type(value) is not wanted:  # and not isinstance: True is no number
        raise TypeError(wanted)
    return value
