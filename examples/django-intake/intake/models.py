"""The tables: requests, idempotency keys with their answers, events to send (outbox) and events received (inbox)."""

import json
from typing import Any

from django.db import models
from django.utils import timezone


class CustomerRequest(models.Model):
    """A customer's request. Its id identifies it everywhere, and is never used again."""

    id = models.CharField(primary_key=True, max_length=64)
    customer_id = models.CharField(max_length=64)
    phone = models.CharField(max_length=16, blank=True)
    category = models.CharField(max_length=64)
    region = models.CharField(max_length=6)
    submitted_at = models.DateTimeField()


class IdempotencyKey(models.Model):
    """An idempotency key, with the first answer that was given for it."""

    key = models.CharField(primary_key=True, max_length=255)
    fingerprint = models.CharField(max_length=64)
    request = models.OneToOneField(CustomerRequest, on_delete=models.PROTECT)
    body = models.TextField()


class OutboxEvent(models.Model):
    """An event to send, verbatim, written in the same transaction as its request."""

    event_id = models.CharField(max_length=256, unique=True)
    type = models.CharField(max_length=64)
    group = models.CharField(max_length=128)  # in a group, events are sent in the order of their primary keys
    correlation_id = models.CharField(max_length=128)
    body = models.TextField()
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)  # when it may be claimed: the end of a lease or of a backoff
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["group", "id"], condition=models.Q(sent_at=None), name="outbox_unsent"),
            models.Index(fields=["sent_at"], name="outbox_sent"),
        ]


class InboxEvent(models.Model):
    """An event that Matchflow published about one of our requests, with the members of its `data` that are used."""

    id = models.CharField(primary_key=True, max_length=256)
    request = models.ForeignKey(CustomerRequest, on_delete=models.PROTECT, related_name="events")
    type = models.CharField(max_length=64)
    causation_id = models.CharField(max_length=256, blank=True)
    time = models.DateTimeField()
    body = models.TextField()  # JSON as text: jsonb refuses \u0000, the contract does not

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.body)
