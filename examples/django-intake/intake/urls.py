from django.urls import path

from . import api, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("requests", api.submit, name="submit"),
    path("requests/<slug:request_id>", pages.request_page, name="request"),
    path("requests/<slug:request_id>.json", api.request_json, name="request-json"),
    path("requests/<slug:request_id>/progress", pages.progress_part, name="progress"),
    path("health", api.health, name="health"),
]
