"""The HTML pages: the form, and a request's page."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from . import api, submissions
from .forms import RequestForm
from .history import RequestHistory
from .models import CustomerRequest
from .problems import Problem


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """The form. It holds an idempotency key, so that a double click sends one request."""
    form = RequestForm(request.POST or None, initial={"key": uuid.uuid4()}, label_suffix="")
    if form.is_valid():
        try:
            answer = submissions.accept(str(form.cleaned_data["key"]), form.submission)
            return redirect("request", answer.request_id)
        except Problem as problem:
            form.add_error(None, f"{problem}.")
            form.data = form.data.copy()  # with an unused key: the next click sends the request
            form.data["key"] = uuid.uuid4()
    return render(request, "intake/home.html", {"form": form})


@never_cache
@require_safe
@vary_on_headers("Accept")
def request_page(request: HttpRequest, request_id: str) -> HttpResponse:
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return api.request_json(request, request_id)
    return render(request, "intake/request.html", {"history": _history(request_id)})


@never_cache
@require_safe
def progress_part(request: HttpRequest, request_id: str) -> HttpResponse:
    """The part of a request's page that changes, which follow.js polls."""
    return render(request, "intake/_progress.html", {"history": _history(request_id)})


def _history(request_id: str) -> RequestHistory:
    return RequestHistory(get_object_or_404(CustomerRequest, pk=request_id))
