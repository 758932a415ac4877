"""The relay's steps: claim what is due, send it, note what SQS took.

A claim is a lease in the row, not a lock in the database: no transaction is open while SQS is called. A relay that dies
leaves its rows to the others when the lease ends, and what it had sent is sent again: a repeat by the same ids.
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
from .processes import pause

MAX_ENTRIES, MAX_BYTES = 10, 256 * 1024  # of one SendMessageBatch
ATTRIBUTES_BYTES = 512  # more than the names, types and values of the two attributes below

log = logging.getLogger(__name__)


def relay_once(sqs: Any, queue_url: str) -> int:
    """Sends one batch; gives back how many SQS took."""
    events = claim()
    if not events:
        return 0
    try:
        answer = sqs.send_message_batch(QueueUrl=queue_url, Entries=[_entry(event) for event in events])
    except (BotoCoreError, ClientError) as error:
        log.warning("sending %d events failed: %s", len(events), error)
        answer = {}
    sent = {entry["Id"] for entry in answer.get("Successful", [])}
    for entry in answer.get("Failed", []):
        log.error("SQS refused outbox row %s: %s", entry["Id"], entry["Code"])
    settle(events, sent)
    return len(sent)


def claim() -> list[OutboxEvent]:
    """The first unsent event of each group, if it is due and as many as go into one call, leased to this relay.

    Only the first: whatever becomes of it, no relay lets a later one of its group overtake it. SKIP LOCKED lets relays
    that claim at once pass each other; SQLite has no such lock, and lets them claim one after another.
    """
    now = timezone.now()
    unsent = OutboxEvent.objects.filter(sent_at=None)
    earlier = unsent.filter(group=OuterRef("group"), id__lt=OuterRef("id"))
    with transaction.atomic():
        due = unsent.filter(~Exists(earlier), due_at__lte=now).order_by("id").select_for_update(skip_locked=True)
        events = _fitting(due[:MAX_ENTRIES])
        lease = now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
        unsent.filter(pk__in=[event.pk for event in events]).update(due_at=lease, attempts=F("attempts") + 1)
    for event in events:
        event.due_at = lease
    return events


def settle(events: list[OutboxEvent], sent: set[str]) -> None:
    """Marks what SQS took; the rest is due again after a pause. What another relay has claimed since is that one's."""
    now = timezone.now()
    ours = OutboxEvent.objects.filter(due_at=events[0].due_at)  # one claim, one lease
    ours.filter(pk__in=sent).update(sent_at=now)
    for event in events:
        if str(event.pk) not in sent:
            ours.filter(pk=event.pk).update(due_at=now + timedelta(seconds=pause(event.attempts)))


def prune() -> None:
    """Deletes what was sent long ago."""
    kept_from = timezone.now() - timedelta(seconds=settings.OUTBOX_KEEP_SECONDS)
    OutboxEvent.objects.filter(sent_at__lt=kept_from).delete()


def _fitting(events: Any) -> list[OutboxEvent]:
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
