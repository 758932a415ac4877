"""The sample batches of statistics, which gets everything that is published."""

import random
from dataclasses import replace
from datetime import timedelta

from devstack.events import Event
from devstack.generators import malformed
from devstack.generators.envelopes import MORNING
from devstack.generators.partners import Partner
from devstack.generators.samples.events import SampleEvents
from devstack.generators.samples.messages import Batch, broken, delivered
from devstack.generators.samples.partners import FLOORS, GARDENS, PIANOS, ROOFS, WINDOWS
from devstack.generators.samples.sqs import Message, wrapped

REQUESTS = 40
REPEATS = 20
APART = timedelta(minutes=17)
BEFORE_MIDNIGHT = 10  # so many of them: the morning in Korea is midnight in UTC


def statistics() -> list[Batch]:
    sample = SampleEvents(MORNING, seed=4)
    good = [sample.credited(sample.purchased(31, WINDOWS)), *_charged(sample, 71), *_refused(sample, 72)]
    good += [*_waits(sample, 73), *_silent(sample, 74)]
    match = sample.matched(sample.submitted(91, WINDOWS), WINDOWS)
    bad = [*malformed.FORM[1:7], *malformed.MATCHED]
    return [
        ("good", "statistics", _all_delivered(good)),
        ("mixed", "statistics", _mixed(sample)),
        ("bad", "statistics", broken(bad, match, None)),
        ("sns-wrapped", "statistics", [wrapped(message, MORNING) for message in _all_delivered(good[:3])]),
        ("large", "statistics", _all_delivered(_large())),
    ]


def _all_delivered(events: list[Event]) -> list[Message]:
    return [delivered(event, None) for event in events]


def _mixed(sample: SampleEvents) -> list[Message]:
    """An answer before its match, a repeat, and an event that is not counted."""
    matched, deducted, sent = _charged(sample, 81)
    other, *_ = _charged(sample, 82)
    return [
        delivered(deducted, None),
        *broken([malformed.FORM[0], malformed.MATCHED[1]], other, None),
        delivered(matched, None),
        delivered({**matched, "type": "partner.praised"}, None, "ignored"),
        delivered(deducted, None),
        replace(delivered(sent, None), receives=2),
    ]


def _large() -> list[Event]:
    """A busy night in no order at all, some of it twice."""
    rng = random.Random(5)
    kinds = (_charged, _floor, _garden, _refused, _charged, _waits, _unserved, _silent)
    events = []
    for index in range(REQUESTS):
        sample = SampleEvents(MORNING + (index - BEFORE_MIDNIGHT) * APART, seed=index)
        events += kinds[index % len(kinds)](sample, 101 + index)
    for number, partner in enumerate((WINDOWS, FLOORS, GARDENS), start=101):
        events.append(sample.credited(sample.purchased(number, partner)))
    events += rng.sample(events, REPEATS)
    rng.shuffle(events)
    return events


def _charged(sample: SampleEvents, number: int, partner: Partner = WINDOWS) -> list[Event]:
    match = sample.matched(sample.submitted(number, partner), partner)
    return [match, sample.deducted(match), sample.sent(match)]


def _floor(sample: SampleEvents, number: int) -> list[Event]:
    return _charged(sample, number, FLOORS)


def _garden(sample: SampleEvents, number: int) -> list[Event]:
    return _charged(sample, number, GARDENS)


def _refused(sample: SampleEvents, number: int) -> list[Event]:
    match = sample.matched(sample.submitted(number, PIANOS), PIANOS)
    return [match, sample.rejected(match), sample.sent(match)]


def _waits(sample: SampleEvents, number: int) -> list[Event]:
    return [sample.deferred(sample.submitted(number, ROOFS))]


def _unserved(sample: SampleEvents, number: int) -> list[Event]:
    decision = sample.unmatched(sample.unserved(number))
    return [decision, sample.sent(decision)]


def _silent(sample: SampleEvents, number: int) -> list[Event]:
    """A customer whom nothing reaches."""
    decision = sample.unmatched(sample.unserved(number, locale="ko-KR"))
    return [decision, sample.not_sent(decision)]
