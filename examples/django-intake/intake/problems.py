"""Errors as RFC 9457 defines them; `type` is the address of the text that explains it."""

from typing import Any

from django.http import JsonResponse


class Problem(Exception):
    def __init__(self, status: int, kind: str, title: str, **members: Any) -> None:
        super().__init__(title)
        self.status = status
        self.body = {"type": f"/#{kind}", "title": title, "status": status} | members

    def response(self) -> JsonResponse:
        return JsonResponse(self.body, status=self.status, content_type="application/problem+json")
