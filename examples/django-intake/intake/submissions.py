"""Accepts requests: the request, its idempotency key with the answer, and its event are stored in one transaction."""

import hashlib
import json
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from .models import CustomerRequest, IdempotencyKey, OutboxEvent
from .problems import Problem

MAX_EVENT_BYTES = 255 * 1024  # the queue takes 256 KiB, attributes included


def accept(key: str, data: dict[str, Any]) -> IdempotencyKey:
    """Returns the answer for this key: for a repeat, the first answer again.

    The key is written first. Of two concurrent calls, the second waits at that write until the first has committed,
    and then finds its answer: no call needs to be refused with 409.
    """
    fingerprint = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    try:
        with transaction.atomic():
            return _store(key, fingerprint, data)
    except IntegrityError:
        first = IdempotencyKey.objects.get(key=key)
    if first.fingerprint != fingerprint:
        raise Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another request")
    return first


def _store(key: str, fingerprint: str, data: dict[str, Any]) -> IdempotencyKey:
    request_id = f"req-{uuid.uuid4()}"
    page = reverse("request", args=[request_id])
    answer = IdempotencyKey.objects.create(
        key=key,
        fingerprint=fingerprint,
        request_id=request_id,
        body=json.dumps({"requestId": request_id, "page": page}),
    )
    now = timezone.now()
    customer = data["customer"]
    CustomerRequest.objects.create(
        id=request_id,
        customer_id=customer["id"],
        phone=customer.get("phone", ""),
        category=data["category"],
        region=data["region"],
        submitted_at=now,
    )
    _add_to_outbox("request.submitted", request_id, customer["id"], now.isoformat(), {"requestId": request_id, **data})
    return answer


def _add_to_outbox(kind: str, subject: str, group: str, time: str, data: dict[str, Any]) -> None:
    event = {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "/intake",
        "type": kind,
        "subject": subject,
        "time": time,
        "datacontenttype": "application/json",
        "correlationid": subject,
        "data": data,
    }
    body = json.dumps(event)  # ASCII, with escapes: SQS refuses some other characters
    if len(body) > MAX_EVENT_BYTES:
        raise Problem(413, "too-large", f"The request makes an event of more than {MAX_EVENT_BYTES} bytes")
    OutboxEvent.objects.create(event_id=event["id"], type=kind, group=group, correlation_id=subject, body=body)
