"""The sample batches of each consumer: name → messages, and the queue that they come by."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from devstack.events import compact
from devstack.generators import malformed
from devstack.generators.envelopes import MORNING
from devstack.generators.samples.events import NEVER_TOO_LATE, PUSH, SampleEvents
from devstack.generators.samples.messages import Batch, again, broken, delivered, sent
from devstack.generators.samples.partners import PIANOS, ROOFS, WINDOWS
from devstack.generators.samples.sqs import PRODUCER, SNS, Message, record, wrapped
from devstack.generators.samples.statistics import statistics


def matching() -> list[Batch]:
    sample = SampleEvents(MORNING, seed=1)
    requests = [
        sample.submitted(1, WINDOWS),
        sample.submitted(2, PIANOS, phone="+821000009002", locale="en-US"),
        sample.submitted(3, ROOFS),
        sample.unserved(4),
    ]
    charged, refused = sample.matched(requests[0], WINDOWS), sample.matched(requests[1], PIANOS)
    partners = [sent(sample.registered(partner), partner.id) for partner in (WINDOWS, PIANOS, ROOFS)]
    good = [sent(request, request["data"]["customer"]["id"]) for request in requests]
    outcomes = [
        delivered(sample.credited(sample.purchased(1, WINDOWS)), WINDOWS.id),
        delivered(sample.deducted(charged), WINDOWS.id),
        delivered(sample.rejected(refused), PIANOS.id),
    ]
    deferred = [delivered(sample.deferred(requests[2]), "sample-customer-0003")]
    return [
        ("good-partners", "partners.fifo", partners),
        ("bad-partners", "partners.fifo", _bad_partners(sample)),
        ("good", "intake.fifo", good),
        ("mixed", "intake.fifo", _mixed_intake(sample)),
        ("bad", "intake.fifo", _bad_intake(sample, delivered(sample.deducted(charged), "sample-customer-0001"))),
        ("good-outcomes", "outcomes.fifo", outcomes),
        ("good-deferred", "deferred.fifo", deferred),
        ("sns-wrapped", "outcomes.fifo", [wrapped(message, MORNING) for message in outcomes]),
    ]


def _mixed_intake(sample: SampleEvents) -> list[Message]:
    first, second, third = (sample.submitted(number, WINDOWS) for number in (11, 12, 13))
    praise = {**second, "type": "partner.praised", "data": {"stars": 5}}
    attribute = Message(compact(third), "partner.registered", "breaks_contract", "sample-customer-0013")
    return [
        sent(first, "sample-customer-0011"),
        *broken([malformed.FORM[0]], sample.submitted(14, WINDOWS), "sample-customer-0011"),
        sent(again(first), "sample-customer-0011"),
        sent(again(first, region="KR-26"), "sample-customer-0011", "identity_conflict"),
        sent(praise, "sample-customer-0012", "breaks_contract"),
        replace(sent(second, "sample-customer-0012"), receives=3),
        *broken([malformed.REQUEST[0]], sample.submitted(15, WINDOWS), "sample-customer-0013"),
        attribute,
        sent(third, "sample-customer-0013"),
    ]


def _bad_intake(sample: SampleEvents, forged: Message) -> list[Message]:
    request, registered = sample.submitted(21, WINDOWS), sample.registered(WINDOWS)
    kinds = [*malformed.FORM[1:6], malformed.FORM[7], malformed.REQUEST[1]]
    return [
        *broken(kinds, request, "sample-customer-0021"),
        sent(registered, WINDOWS.id, "breaks_contract"),
        replace(forged, expect="breaks_contract"),
    ]


def _bad_partners(sample: SampleEvents) -> list[Message]:
    """Broken registrations, and a request that was sent to their queue."""
    misplaced = sent(sample.submitted(22, WINDOWS), "sample-customer-0022", "breaks_contract")
    return [*broken(malformed.PARTNER, sample.registered(WINDOWS), WINDOWS.id), misplaced]


def points() -> list[Batch]:
    sample = SampleEvents(MORNING, seed=2)
    purchase = sample.purchased(1, WINDOWS)
    # Of requests that matching never saw: it made no such matches, and would take the answers for forged.
    charged = sample.matched(sample.submitted(51, WINDOWS), WINDOWS)
    refused = sample.matched(sample.submitted(52, PIANOS), PIANOS)
    matches = [delivered(charged, WINDOWS.id), delivered(refused, PIANOS.id)]
    bad = broken([malformed.FORM[0], *malformed.FORM[4:9]], purchase, WINDOWS.id)
    bad += broken(malformed.POINTS, sample.purchased(21, WINDOWS), WINDOWS.id)
    bad += broken([malformed.MATCHED[0]], charged, WINDOWS.id)
    return [
        ("good", "points.fifo", [sent(purchase, WINDOWS.id), *matches]),
        ("mixed", "points.fifo", _mixed_points(sample)),
        ("bad", "points.fifo", bad),
        ("sns-wrapped", "points.fifo", [wrapped(message, MORNING) for message in matches]),
    ]


def _mixed_points(sample: SampleEvents) -> list[Message]:
    purchase = sample.purchased(11, WINDOWS)
    match = sample.matched(sample.submitted(61, WINDOWS), WINDOWS)
    dearer = again(match, fee={"points": WINDOWS.fee + 1})
    group = WINDOWS.id
    return [
        sent(purchase, group),
        *broken([malformed.POINTS[0]], sample.purchased(12, WINDOWS), group),
        sent(again(purchase), group),
        sent(again(purchase, points=1), group, "identity_conflict"),
        replace(delivered(match, group), receives=2),
        delivered(dearer, group, "identity_conflict"),
        *broken([malformed.FORM[9]], sample.purchased(13, ROOFS), ROOFS.id),
        sent({**purchase, "type": "points.gifted"}, ROOFS.id, "breaks_contract"),
        sent(sample.purchased(14, ROOFS), ROOFS.id),
    ]


def notification() -> list[Batch]:
    sample = SampleEvents(NEVER_TOO_LATE, seed=3)
    english = sample.submitted(2, PIANOS, phone="+821000009002", locale="en-US")
    pushed = sample.submitted(5, WINDOWS, pushEndpointArn=PUSH, phone="+821000009005")
    nowhere = sample.submitted(6, WINDOWS, locale="ko-KR")
    foreign = sample.submitted(7, WINDOWS, phone="+12025550107")
    good = [
        delivered(sample.matched(sample.submitted(1, WINDOWS), WINDOWS), None),
        delivered(sample.matched(english, PIANOS), None),
        delivered(sample.unmatched(sample.unserved(4)), None),
        delivered(sample.matched(pushed, WINDOWS), None),
        delivered(sample.matched(nowhere, WINDOWS), None),
        delivered(sample.matched(foreign, WINDOWS), None),
    ]
    match = sample.matched(sample.submitted(21, WINDOWS), WINDOWS)
    return [
        ("good", "notification", good),
        ("mixed", "notification", _mixed_notification(sample)),
        ("bad", "notification", broken([*malformed.FORM[:7], *malformed.MATCHED], match, None)),
        ("sns-wrapped", "notification", [wrapped(message, NEVER_TOO_LATE) for message in good[:3]]),
    ]


def _mixed_notification(sample: SampleEvents) -> list[Message]:
    match = sample.matched(sample.submitted(11, WINDOWS), WINDOWS)
    other = sample.matched(sample.submitted(12, WINDOWS), WINDOWS)
    praise = {**match, "type": "partner.praised"}
    return [
        delivered(match, None),
        *broken([malformed.FORM[0], malformed.MATCHED[1]], other, None),
        delivered(praise, None, "ignored"),
        delivered(match, None),
        replace(delivered(other, None), receives=2),
    ]


def files() -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Every sample file's SQS event, and what is expected of its records, by path under events/."""
    events: dict[str, Any] = {}
    expected: dict[str, list[str]] = {}
    consumers = {"matching": matching, "points": points, "notification": notification, "statistics": statistics}
    for consumer, batches in consumers.items():
        for name, queue, messages in batches():
            path = f"{consumer}/{name}.json"
            sender = SNS if messages[0].event_type or name == "sns-wrapped" else PRODUCER
            moment = NEVER_TOO_LATE if consumer == "notification" else MORNING
            records = [
                record(path, index, queue, sender, message, moment + timedelta(milliseconds=index))
                for index, message in enumerate(messages)
            ]
            events[path] = {"Records": records}
            expected[path] = [message.expect for message in messages]
    return events, expected
