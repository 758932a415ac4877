"""The listener's steps: read each message, store each event about a request of ours once, then delete the message."""

import json
import logging
import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import aws, strict_json
from .models import CustomerRequest, InboxEvent

# The members of `data` that are stored, by event type. Other members and other types are ignored.
STORED_MEMBERS: dict[str, dict[str, Any]] = {
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
    """Receives a batch, stores its events, deletes its messages. After a kill SQS delivers the batch again."""
    answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=aws.RECEIVE_WAIT_SECONDS)
    handled = store(answer.get("Messages", []))
    if handled:  # a message whose deletion fails is delivered again, too
        entries = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(handled)]
        sqs.delete_message_batch(QueueUrl=queue_url, Entries=entries)


def store(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stores these messages' events in one transaction; returns the messages to delete.

    A message that cannot be read is not deleted: the queue's redrive policy moves it to the dead-letter queue.
    """
    events, handled = [], []
    for message in messages:
        try:
            event = read(message["Body"])
        except (ValueError, KeyError, TypeError, OverflowError):  # not logged: it may quote the body
            log.error("message %s cannot be read; left for the queue's redrive policy", message["MessageId"])
            continue
        handled.append(message)
        if event:
            events.append(event)
    with transaction.atomic():
        ours = CustomerRequest.objects.in_bulk([event.request_id for event in events])
        InboxEvent.objects.bulk_create([e for e in events if e.request_id in ours], ignore_conflicts=True)
    return handled


def read(body: str) -> InboxEvent | None:
    """Returns the event in this body, or None for a type that is not stored; raises if the body is malformed.

    A value that the database or a page cannot take is refused here: there it would fail the whole batch.
    """
    event = strict_json.loads(body.encode())
    kind, data = event["type"], event["data"]
    if kind not in STORED_MEMBERS:
        return None
    return InboxEvent(
        id=_text(event["id"], r"[^\0]{1,256}"),
        request_id=_text(data["requestId"], "[A-Za-z0-9_-]{1,64}"),
        type=kind,
        causation_id=_text(event.get("causationid") or "", r"[^\0]{0,256}"),
        time=timezone.localtime(datetime.fromisoformat(event["time"])),  # raises if it has no zone, or no local time
        body=json.dumps(_pick(data, STORED_MEMBERS[kind])),
    )


def _text(value: Any, pattern: str) -> str:
    if not re.fullmatch(pattern, value):
        raise ValueError(pattern)
    return value


def _pick(value: Any, wanted: Any) -> Any:
    """Returns the wanted members of this value; raises if one is missing or of another type."""
    if isinstance(wanted, dict):
        return {name: _pick(value[name], part) for name, part in wanted.items()}
    if type(value) is not wanted:  # not isinstance: True is an int
        raise TypeError(wanted)
    return value
