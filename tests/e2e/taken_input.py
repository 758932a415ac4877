"""Rows of unusual input that is taken."""

from collections.abc import Iterator
from dataclasses import replace

from bad_input import Case, Drafts, with_text


def nulls(drafts: Drafts) -> Iterator[Case]:
    for event in drafts.all():
        nothing = dict.fromkeys(("subject", "datacontenttype", "correlationid", "causationid", "traceparent", "later"))
        yield drafts.taken(event | nothing)
    customer = {"id": drafts.sandbox.group, "phone": None, "pushEndpointArn": None, "locale": None}
    yield drafts.taken(drafts.request(customer=customer, details=None))
    registration = drafts.registration(active=None, categories=[f"null-{drafts.sandbox.tag}"])

    def is_active() -> None:
        request = drafts.sandbox.request("null", category=f"null-{drafts.sandbox.tag}")
        match = drafts.sandbox.one("request.matched", requestId=request)
        assert match["data"]["partner"]["id"] == registration["data"]["partnerId"]

    yield replace(drafts.taken(registration), effect=is_active)


def numbers(drafts: Drafts) -> Iterator[Case]:
    for text in ("5.0", "5e0", "50e-1", "0.5E+01"):
        event = drafts.purchase()
        yield drafts.taken(event, with_text(event, "data/points", text))
        for path in ("data/version", "data/capacity", "data/fee/points"):
            event = drafts.registration()
            yield drafts.taken(event, with_text(event, path, text))
    event = drafts.request()
    for number in ("1e21", "1000000000000000000000", "1E+21", "1000000000000000000000.0"):
        yield drafts.taken(event, with_text(event, "data/details", f'{{"n":{number}}}'))


def characters(drafts: Drafts) -> Iterator[Case]:
    """That they are published escaped, and left out of texts, is seen in test_unusual.py."""
    for text in (r"\ufffe", r"\uffff", r"\u0000", "👩\u200d🔧", r"\ud83d\ude00", "\u202e한빛", "\U0001fffe"):
        event = drafts.registration()
        yield drafts.taken(event, with_text(event, "data/name", f'"{text}"'))
        event = drafts.request()
        yield drafts.taken(event, with_text(event, "data/details", f'{{"{text}":"{text}"}}'))
    for event in drafts.all():
        yield drafts.taken(event | {"id": "👩\u200d🔧 \u200f\ufeff\ue000"})


def unknown_members(drafts: Drafts) -> Iterator[Case]:
    for event in drafts.all():
        later = {"a": [None, 1.5, {"b": 1}]}
        yield drafts.taken(event | {"later": later, "data": event["data"] | {"later": later}})
    for content_type in ("application/json; charset=utf-8", "Application/JSON", "application/vnd.shop+json"):
        for event in drafts.all():
            yield drafts.taken(event | {"datacontenttype": content_type})


def large_or_odd_details(drafts: Drafts) -> Iterator[Case]:
    """That they are passed on nowhere: test_life.py, test_safety.py."""
    odd = "\u202eשלום e\u0301 👩\u200d🔧 <script>alert(1)</script> '; DROP TABLE requests; --"
    for details in ({"long": "x" * 200 * 1024}, {"odd": odd, odd: [odd]}):
        yield drafts.taken(drafts.request(details=details))


def times(drafts: Drafts) -> Iterator[Case]:
    for time in (
        "0001-01-02T00:00:00Z",
        "0001-01-01T00:01:00-23:59",
        "1969-12-31T23:59:59.9Z",
        "2016-12-31T23:59:60Z",
        "2126-03-02t00:17:04z",
        "9999-12-30T23:59:59Z",
        "9999-12-31T08:59:59+09:00",
    ):
        for event in drafts.all():
            yield drafts.taken(event | {"time": time})


def without_attributes_and_deduplication_id(drafts: Drafts) -> Iterator[Case]:
    for event in drafts.all():
        yield drafts.taken(event)


def wrapped_good_events(drafts: Drafts) -> Iterator[Case]:
    for event in drafts.all():
        yield drafts.taken(event).wrapped()
