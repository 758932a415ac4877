"""Rows of bad input about form and envelope."""

from collections.abc import Iterator

from bad_input import IGNORED, Case, Drafts, spoilt, string, with_member, with_text, without_member
from devstack.events import SENT_TO, Event, compact, envelope
from devstack.generators.malformed import FORM

NESTED = "[" * 200 + "]" * 200


def no_object(drafts: Drafts) -> Iterator[Case]:
    for event in drafts.all():
        for body in (" \n", "null", "[]", '"text"', "42", "{}"):
            yield spoilt(event, body, "not_an_envelope")


def no_json(drafts: Drafts) -> Iterator[Case]:
    for event in drafts.all():
        yield from (spoilt(event, kind.make(event), kind.reason) for kind in FORM)
        yield spoilt(event, compact(event) + "}", "not_json")
        for text in ("NaN", "-Infinity", "01", "'a'", r'"\x"', '"\t"'):
            yield spoilt(event, with_text(event, "data/unknown", text), "not_json")
        yield spoilt(event, with_text(event, "correlationid", r'"\ud800"'), "not_json")
    yield spoilt(drafts.request(), with_text(drafts.request(), "data/requestId", r'"\udc00a"'), "not_json")


def nested(drafts: Drafts) -> Iterator[Case]:
    for event in drafts.all():
        for path in ("unknown", "data/unknown"):
            yield spoilt(event, with_text(event, path, NESTED), "not_json")
    yield spoilt(drafts.request(), with_text(drafts.request(), "data/details", f'{{"a":{NESTED}}}'), "not_json")


def the_same_member_twice(drafts: Drafts) -> Iterator[Case]:
    for event in drafts.all():
        yield spoilt(event, compact(event).replace('"data":{', '"data":{"a":1,"\\u0061":1,', 1), "not_json")
        yield spoilt(event, compact(event).replace('"id":', '"i\\u0064":"again","id":', 1), "not_json")
    request = drafts.request()
    yield spoilt(request, compact(request).replace('"phone":', '"id":"again","phone":', 1), "not_json")


def no_envelope(drafts: Drafts) -> Iterator[Case]:
    long = "x" * 257
    wrong = {
        "specversion": ["0.3", "1", 1.0, None, ""],
        "id": ["", long, 7, None, [], "a\u0000b", "a\nb", "\u007f", "\u0085", "\ufffe", "a\uffffb", "\ufdd0", "\U0001fffe"],
        "source": ["", long, 7, None, "a b", "한", "\u0000"],
        "type": ["", long, 7, None, "request.submitted\u0000", "\uffff"],
        "subject": ["a\u0001", "\u009f", "\U0010ffff"],
        "time": ["", "yesterday", "2026-03-02", "2026-03-02T00:17:04", "2026-03-02 00:17:04Z", "2026-02-30T00:17:04Z", 0, None]
        + ["0000-01-01T00:00:00+09:00", "0001-01-01T00:00:00+09:00", "0001-01-01T23:59:59Z", "0001-01-02T00:00:00+00:01"]
        + ["9999-12-31T00:00:00Z", "9999-12-30T23:59:00-00:01", "9999-12-31T23:59:60Z"],
    }
    for event in drafts.all():
        for path in ("specversion", "id", "source", "type", "time"):
            yield spoilt(event, compact(without_member(event, path)), "not_an_envelope")
        for path, values in wrong.items():
            yield from (spoilt(event, in_sqs(with_member(event, path, value)), "not_an_envelope") for value in values)
        for path in ("id", "source", "type", "subject"):
            yield spoilt(event, with_text(event, path, r'"a\ud800"'), "not_an_envelope")


def in_sqs(event: Event) -> str:
    """The event as JSON, without the characters that SQS does not take."""
    return compact(event).replace("\uffff", r"\uffff").replace("\ufffe", r"\ufffe")


def no_data(drafts: Drafts) -> Iterator[Case]:
    for event in drafts.all():
        for content_type in ("text/xml", "application/jsonp", "", "json"):
            yield spoilt(event, compact(event | {"datacontenttype": content_type}), "not_an_envelope")
        yield spoilt(event, compact(without_member(event, "data") | {"data_base64": "e30="}), "not_an_envelope")
        yield spoilt(event, compact(without_member(event, "data")), "not_an_envelope")
        for data in (None, [], "{}", 7):
            yield spoilt(event, compact(event | {"data": data}), "not_an_envelope")


def another_type_as_attribute(drafts: Drafts) -> Iterator[Case]:
    for event in drafts.all():
        for value in ("match.closed", event["type"] + " ", event["type"].upper()):
            yield spoilt(event, compact(event), "breaks_contract", attributes={"eventType": string(value)})


def attributes(drafts: Drafts) -> Iterator[Case]:
    for event in drafts.all():
        kind = event["type"]
        for wrong in ({"DataType": "Binary", "BinaryValue": kind.encode()}, {"DataType": "Number", "StringValue": "7"}):
            yield spoilt(event, compact(event), "breaks_contract", attributes={"eventType": wrong})
    for event in drafts.all():
        yield drafts.taken(event, attributes={"eventType": string(event["type"], ".json")})
    for event in drafts.all():
        ten = {f"n{number}": {"DataType": "Number.int", "StringValue": str(number)} for number in range(8)}
        ten |= {"blob": {"DataType": "Binary", "BinaryValue": b"\0\xff"}, "eventType": string(event["type"])}
        yield drafts.taken(event, attributes=ten)


def no_wrapping(drafts: Drafts) -> Iterator[Case]:
    topic = "arn:aws:sns:ap-northeast-2:000000000000:shop.fifo"
    link = {"TopicArn": topic, "Message": "m", "SubscribeURL": "https://shop.example/"}
    for event in drafts.all():
        for body in (
            {"Type": "Notification", "TopicArn": topic},
            {"Type": "Notification", "TopicArn": topic, "Message": event},
            {"Type": "Notification", "TopicArn": topic, "Message": None},
            {"Type": "SubscriptionConfirmation", **link},
            {"Type": "UnsubscribeConfirmation", **link},
        ):
            yield spoilt(event, compact(body), "not_an_envelope")


def not_handled(_: Drafts) -> Iterator[Case]:
    """On a queue that only the topic sends to: unknown types, and Matchflow's own that the function takes from none of its queues."""
    matching = ("points.purchased", "request.matched", "request.unmatched", "notification.sent", "record.quarantined")
    own = {
        "Outcomes": matching,
        "Deferred": matching,
        "Notification": ("request.submitted", "request.deferred", "points.deducted", "points.credited", "notification.sent"),
        "Statistics": ("request.submitted", "match.closed", "points.purchased", "partner.registered", "record.quarantined"),
    }
    for queue, kinds in own.items():
        for kind in ("weather.changed", "request.submitted ", *kinds):
            event = envelope(kind, [1])
            yield Case(queue, compact(event), IGNORED)
            yield Case(queue, compact(without_member(event, "data") | {"datacontenttype": "text/xml"}), IGNORED)


def misplaced(drafts: Drafts) -> Iterator[Case]:
    """On a queue that others send to directly."""
    queues = {*SENT_TO.values()}
    for event in (*drafts.all(), drafts.close()):
        for queue in queues - {SENT_TO[event["type"]]}:
            yield Case(queue, compact(event), "breaks_contract")
    for queue in queues:
        for kind in ("weather.changed", "request.submitted ", "Points.purchased", "notification.sent", "record.quarantined"):
            yield Case(queue, compact(drafts.request() | {"type": kind}), "breaks_contract")
