"""The sample batches of statistics, which gets everything that is published."""

import random
from dataclasses import replace
from datetime import timedelta

from devstack.generators import malformed
from devstack.generators.envelope import Event
from devstack.generators.messages import Batch, broken, told
from devstack.generators.partners import FLOORS, GARDENS, PIANOS, ROOFS, WINDOWS, Partner
from devstack.generators.sqs import Message, wrapped
from devstack.generators.story import MORNING, Story

REQUESTS = 40
REPEATS = 20
APART = timedelta(minutes=17)
BEFORE_MIDNIGHT = 10  # so many of them: the morning in Korea is midnight in UTC


def statistics() -> list[Batch]:
    story = Story(MORNING, seed=4)
    good = [story.credited(story.purchased(31, WINDOWS)), *_charged(story, 71), *_refused(story, 72)]
    good += [*_waits(story, 73), *_silent(story, 74)]
    match = story.matched(story.submitted(91, WINDOWS), WINDOWS)
    bad = [*malformed.FORM[1:7], *malformed.MATCHED]
    return [
        ("good", "statistics", _delivered(good)),
        ("mixed", "statistics", _mixed(story)),
        ("bad", "statistics", broken(bad, match, None)),
        ("sns-wrapped", "statistics", [wrapped(message, MORNING) for message in _delivered(good[:3])]),
        ("large", "statistics", _delivered(_large())),
    ]


def _delivered(events: list[Event]) -> list[Message]:
    return [told(event, None) for event in events]


def _mixed(story: Story) -> list[Message]:
    """An answer before its match, a repeat, and what is published for nobody to count."""
    matched, deducted, sent = _charged(story, 81)
    other, *_ = _charged(story, 82)
    return [
        told(deducted, None),
        *broken([malformed.FORM[0], malformed.MATCHED[1]], other, None),
        told(matched, None),
        told({**matched, "type": "partner.praised"}, None, "ignored"),
        told(deducted, None),
        replace(told(sent, None), receives=2),
    ]


def _large() -> list[Event]:
    """A busy night in no order at all, some of it twice."""
    rng = random.Random(5)
    kinds = (_charged, _floor, _garden, _refused, _charged, _waits, _nobody, _silent)
    events = []
    for index in range(REQUESTS):
        story = Story(MORNING + (index - BEFORE_MIDNIGHT) * APART, seed=index)
        events += kinds[index % len(kinds)](story, 101 + index)
    for number, partner in enumerate((WINDOWS, FLOORS, GARDENS), start=101):
        events.append(story.credited(story.purchased(number, partner)))
    events += rng.sample(events, REPEATS)
    rng.shuffle(events)
    return events


def _charged(story: Story, number: int, partner: Partner = WINDOWS) -> list[Event]:
    match = story.matched(story.submitted(number, partner), partner)
    return [match, story.deducted(match), story.sent(match)]


def _floor(story: Story, number: int) -> list[Event]:
    return _charged(story, number, FLOORS)


def _garden(story: Story, number: int) -> list[Event]:
    return _charged(story, number, GARDENS)


def _refused(story: Story, number: int) -> list[Event]:
    match = story.matched(story.submitted(number, PIANOS), PIANOS)
    return [match, story.rejected(match), story.sent(match)]


def _waits(story: Story, number: int) -> list[Event]:
    return [story.deferred(story.submitted(number, ROOFS))]


def _nobody(story: Story, number: int) -> list[Event]:
    news = story.unmatched(story.nobody_near(number))
    return [news, story.sent(news)]


def _silent(story: Story, number: int) -> list[Event]:
    """A customer whom nothing reaches."""
    news = story.unmatched(story.nobody_near(number, locale="ko-KR"))
    return [news, story.not_sent(news)]
