"""The relay's steps: claim the rows that are due, send them, record which ones SQS accepted.

A claim is a lease in the row, not a lock in the database: no transaction is open while SQS is called. When a relay is
killed, its rows can be claimed again once the lease ends; those it had sent are sent again, with the same ids.
"""

import logging
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from .models import OutboxEvent
from .processes import backoff_seconds

MAX_ENTRIES, MAX_BYTES = 10, 256 * 1024  # of one SendMessageBatch
ATTRIBUTES_BYTES = 512  # more than the names, types and values of the two attributes below

log = logging.getLogger(__name__)


def relay_once(sqs: Any, queue_url: str) -> int:
    """Sends one batch; returns how many of its events SQS accepted."""
    events = claim()
    if not events:
        return 0
    try:
        answer = sqs.send_message_batch(QueueUrl=queue_url, Entries=[_entry(event) for event in events])
    except (BotoCoreError, ClientError) as error:
        log.warning("sending %d events failed, they are sent again after a pause: %s", len(events), error)
        answer = {}
    sent = {entry["Id"] for entry in answer.get("Successful", [])}
    for entry in answer.get("Failed", []):
        log.error("SQS refused outbox row %s, it is sent again after a pause: %s", entry["Id"], entry["Code"])
    save_results(events, sent)
    return len(sent)


def claim() -> list[OutboxEvent]:
    """Leases to this relay the first unsent event of each group that is due, as many as fit into one call.

    Only the first: while it is unsent, no relay sends a later one of its group. With SKIP LOCKED, relays that claim at
    the same time take different rows; SQLite has no such lock: there, one claim waits for the other.
    """
    now = timezone.now()
    unsent = OutboxEvent.objects.filter(sent_at=None)
    earlier = unsent.filter(group=OuterRef("group"), id__lt=OuterRef("id"))
    with transaction.atomic():
        due = unsent.filter(~Exists(earlier), due_at__lte=now).order_by("id").select_for_update(skip_locked=True)
        events = _fit_into_one_call(due[:MAX_ENTRIES])
        lease_end = now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
        unsent.filter(pk__in=[event.pk for event in events]).update(due_at=lease_end, attempts=F("attempts") + 1)
    for event in events:
        event.due_at = lease_end
    return events


def save_results(events: list[OutboxEvent], sent: set[str]) -> None:
    """Marks the sent rows; the others are due after a backoff. Rows that another relay has claimed since stay as is."""
    now = timezone.now()
    ours = OutboxEvent.objects.filter(due_at=events[0].due_at)  # all rows of a claim have the same lease end
    ours.filter(pk__in=sent).update(sent_at=now)
    for event in events:
        if str(event.pk) not in sent:
            ours.filter(pk=event.pk).update(due_at=now + timedelta(seconds=backoff_seconds(event.attempts)))


def prune() -> None:
    """Deletes rows that were sent more than OUTBOX_KEEP_SECONDS ago."""
    kept_from = timezone.now() - timedelta(seconds=settings.OUTBOX_KEEP_SECONDS)
    OutboxEvent.objects.filter(sent_at__lt=kept_from).delete()


def _fit_into_one_call(events: Any) -> list[OutboxEvent]:
    size, fitting = 0, []
    for event in events:
        size += len(event.body) + ATTRIBUTES_BYTES
        if fitting and size > MAX_BYTES:
            break
        fitting.append(event)
    return fitting


def _entry(event: OutboxEvent) -> dict[str, Any]:
    attributes = {"eventType": event.type, "correlationId": event.correlation_id}
    return {
        "Id": str(event.pk),
        "MessageBody": event.body,
        "MessageGroupId": event.group,
        "MessageDeduplicationId": event.event_id,
        "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    }
