"""The HTTP API: submit a request, read its state, check the service's health."""

import re

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from . import contract, strict_json, submissions
from .models import CustomerRequest
from .problems import Problem
from .progress import current_progress


@csrf_exempt  # no cookie identifies the caller, and no HTML form can send application/json
@require_POST
def submit(request: HttpRequest) -> HttpResponse:
    try:
        answer = submissions.accept(_idempotency_key(request), contract.validate(_json_body(request)))
    except Problem as problem:
        return problem.response()
    location = reverse("request", args=[answer.request_id])
    return HttpResponse(answer.body, "application/json", 202, headers={"Location": location})


@require_safe
def request_json(_: HttpRequest, request_id: str) -> HttpResponse:
    request = CustomerRequest.objects.filter(pk=request_id).first()
    if not request:
        return Problem(404, "unknown", "There is no such request").response()
    progress = current_progress(request)
    body = {
        "requestId": request.id,
        "submittedAt": request.submitted_at,
        "category": request.category,
        "region": request.region,
        "status": progress.status,
        "attempt": progress.attempt,
        "partner": progress.partner,
        "points": progress.points,
        "reason": progress.reason,
        "told": progress.notification,
        "atRest": progress.is_final,
        "events": [{"type": event.type, "time": event.time} for event in progress.events],
    }
    return JsonResponse(body, headers={"Cache-Control": "no-store"})


@require_safe
def health(_: HttpRequest) -> HttpResponse:
    CustomerRequest.objects.exists()  # raises without the database or its tables
    return HttpResponse("ok", "text/plain")


def _idempotency_key(request: HttpRequest) -> str:
    """The header's value, with quotes as the IETF draft has it, or without, as many clients send it."""
    header = request.headers.get("Idempotency-Key", "")
    key = header[1:-1] if re.fullmatch('".*"', header) else header
    if not re.fullmatch(r"[!#-~]{1,255}", key):
        raise Problem(400, "idempotency-key", "The header Idempotency-Key is needed: 1 to 255 visible ASCII characters")
    return key


def _json_body(request: HttpRequest) -> object:
    if request.content_type != "application/json":
        raise Problem(415, "json", "The body has to be application/json")
    try:
        return strict_json.loads(request.body)
    except RequestDataTooBig:
        raise Problem(413, "too-large", "The body is too large") from None
    except ValueError:
        raise Problem(400, "json", "The body is not plain JSON in UTF-8") from None
