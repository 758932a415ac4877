import itertools

from django.test import TestCase

from intake import inbox
from intake.models import InboxEvent
from intake.progress import progress

from .samples import Published, message, stored_request


class Inbox(TestCase):
    def setUp(self):
        self.request = stored_request()
        self.published = Published("req-1")

    def stored(self):
        return InboxEvent.objects.count()

    def test_an_event_is_stored_once_however_often_it_comes(self):
        event = self.published.matched(1)
        for batch in ([message(event), message(event)], [message(event)]):
            self.assertEqual(inbox.store(batch), batch)  # each delivery is to be deleted
        self.assertEqual(self.stored(), 1)

    def test_only_what_is_read_is_stored(self):
        batch = [message(self.published.matched(1)), message(self.published.decision("deferred", 2, reason=["x"]))]
        self.assertEqual(inbox.store(batch), batch)
        kept = [{"attempt": 1, "partner": {"id": "p-1", "name": "Partner <1>"}}, {"attempt": 2}]
        self.assertEqual([event.data for event in InboxEvent.objects.order_by("time")], kept)

    def test_what_does_not_concern_us_is_deleted_and_not_stored(self):
        others = [
            Published("req-2").matched(1),
            self.published.decision("reopened", 1),
            {"type": "order.paid", "data": {}},
        ]
        batch = [message(event) for event in others]
        self.assertEqual(inbox.store(batch), batch)
        self.assertEqual(self.stored(), 0)

    def test_what_cannot_be_read_is_left_and_its_neighbours_are_not(self):
        good = self.published.matched(1)
        bad = ["", "{", "[]", "42", "null", "[" * 100_000, {}, {"type": []}, good | {"data": None}, good | {"id": ""}]
        times = ("soon", "2026-03-02T09:00:00", "0001-01-01T00:00:00+09:00", "9999-12-31T23:59:59Z", 0)
        bad += [good | {"time": time} for time in times]
        bad += [good | {name: value} for name in ("id", "causationid") for value in ("x" * 257, "\0", "\ud800", 7)]
        changes = [{"requestId": value} for value in (None, "", "x" * 65, "\0", "\ud800", "a b", "req-1\n")]
        changes += [{"attempt": value} for value in (None, "1", True, 1.5)]
        changes += [{"partner": value} for value in (None, [], {"id": "p-1"}, {"id": "p-1", "name": ["x"]})]
        changes += [{"partner": {"id": "p-1", "name": "\ud800"}}]
        bad += [good | {"data": good["data"] | change} for change in changes]
        bad += [good | {"data": {"requestId": "req-1"}}]
        for body in bad:
            with self.subTest(body=str(body)[:80]), self.assertLogs("intake.inbox") as logs:
                left, neighbour = message(body), message(good)
                self.assertEqual(inbox.store([left, neighbour]), [neighbour])
                self.assertEqual(
                    [r.getMessage() for r in logs.records], [f"message {left['MessageId']} cannot be read"]
                )
        self.assertEqual(self.stored(), 1)


class State(TestCase):
    def setUp(self):
        self.published = Published("req-1")

    def after(self, *events):
        """The state after these events, in this order of arrival."""
        InboxEvent.objects.all().delete()
        request = stored_request()
        inbox.store([message(event) for event in events])
        now = progress(request)
        request.events.all().delete()
        request.delete()
        return now

    def test_the_order_of_arrival_does_not_matter(self):
        published = self.published
        first, second = published.matched(1), published.matched(3)
        story = [first, published.refused(first), published.decision("deferred", 2), second, published.charged(second)]
        for order in itertools.permutations(story + [published.told(second)]):
            now = self.after(*order)
            self.assertEqual((now.status, now.attempt, now.partner["id"]), ("charged", 3, "p-3"))
            self.assertEqual((now.points, now.told["by"], now.at_rest), (2500, "sms", True))

    def test_a_late_older_event_does_not_turn_the_state_back(self):
        first, second = self.published.matched(1), self.published.matched(2)
        for late in (first, self.published.refused(first), self.published.told(first)):
            now = self.after(second, late)
            self.assertEqual((now.status, now.partner["id"]), ("matched", "p-2"))

    def test_a_charge_that_comes_before_its_match(self):
        first, second = self.published.matched(1), self.published.matched(2)
        early = [first, self.published.refused(first), self.published.charged(second), self.published.told(second)]
        now = self.after(*early)
        self.assertEqual((now.status, now.partner, now.at_rest), ("charged", None, False))
        now = self.after(*early, second)
        self.assertEqual((now.status, now.partner["id"], now.at_rest), ("charged", "p-2", True))

    def test_each_state(self):
        published, first = self.published, self.published.matched(1)
        unmatched, closed = (published.decision("unmatched", 2, reason=reason) for reason in ("no_capacity", "closed"))
        for status, at_rest, events in [
            ("received", False, []),
            ("matched", False, [first]),
            ("matched", False, [first, published.told(first)]),
            ("refused", False, [first, published.refused(first)]),
            ("deferred", False, [published.decision("deferred", 1)]),
            ("charged", False, [first, published.charged(first)]),
            ("charged", True, [first, published.charged(first), published.told(first)]),
            ("charged", False, [first, published.charged(first), published.not_told(first, "push", "refused")]),
            ("charged", True, [first, published.charged(first), published.not_told(first, "push", "too_late")]),
            ("charged", True, [first, published.charged(first), published.not_told(first, "sms", "refused")]),
            ("unmatched", False, [first, published.told(first), published.refused(first), unmatched]),
            ("unmatched", True, [unmatched, published.told(unmatched)]),
            ("unmatched", True, [first, published.refused(first), closed]),
        ]:
            with self.subTest(status, at_rest=at_rest):
                now = self.after(*events)
                self.assertEqual((now.status, now.at_rest), (status, at_rest))

    def test_a_text_may_follow_a_push_that_failed(self):
        match = self.published.matched(1)
        push = self.published.not_told(match, "push", "refused")
        charged = [match, self.published.charged(match)]
        self.assertFalse(self.after(*charged, push).at_rest)
        for order in itertools.permutations([push, self.published.told(match)]):
            now = self.after(*charged, *order)
            self.assertEqual((now.told["by"], now.told["failed"], now.at_rest), ("sms", None, True))
