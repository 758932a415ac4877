import itertools

from django.test import TestCase

from intake import inbox
from intake.models import InboxEvent
from intake.progress import current_progress

from .samples import SampleEvents, message, stored_request


class Inbox(TestCase):
    def setUp(self):
        self.request = stored_request()
        self.samples = SampleEvents("req-1")

    def stored(self):
        return InboxEvent.objects.count()

    def test_an_event_is_stored_once_however_often_it_comes(self):
        event = self.samples.matched(1)
        for batch in ([message(event), message(event)], [message(event)]):
            self.assertEqual(inbox.store(batch), batch)  # each delivery is to be deleted
        self.assertEqual(self.stored(), 1)

    def test_only_members_that_are_used_are_stored(self):
        batch = [message(self.samples.matched(1)), message(self.samples.decision("deferred", 2, reason=["x"]))]
        self.assertEqual(inbox.store(batch), batch)
        kept = [{"attempt": 1, "partner": {"id": "p-1", "name": "Partner <1>"}}, {"attempt": 2}]
        self.assertEqual([event.data for event in InboxEvent.objects.order_by("time")], kept)

    def test_events_of_other_types_and_requests_are_deleted_and_not_stored(self):
        others = [SampleEvents("req-2").matched(1), self.samples.decision("reopened", 1)]
        batch = [message(event) for event in (*others, {"type": "order.paid", "data": {}})]
        self.assertEqual(inbox.store(batch), batch)
        self.assertEqual(self.stored(), 0)

    def test_a_message_that_cannot_be_read_is_left_and_the_others_of_its_batch_are_not(self):
        good = self.samples.matched(1)
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
                left, other = message(body), message(good)
                self.assertEqual(inbox.store([left, other]), [other])
                line = f"message {left['MessageId']} cannot be read; left for the queue's redrive policy"
                self.assertEqual([record.getMessage() for record in logs.records], [line])
        self.assertEqual(self.stored(), 1)


class State(TestCase):
    def setUp(self):
        self.samples = SampleEvents("req-1")

    def after(self, *events):
        """The request's progress after these events, in this order of arrival."""
        InboxEvent.objects.all().delete()
        request = stored_request()
        inbox.store([message(event) for event in events])
        progress = current_progress(request)
        request.events.all().delete()
        request.delete()
        return progress

    def test_the_order_of_arrival_does_not_matter(self):
        samples = self.samples
        first, second = samples.matched(1), samples.matched(3)
        history = [first, samples.refused(first), samples.decision("deferred", 2), second, samples.charged(second)]
        for order in itertools.permutations(history + [samples.notified(second)]):
            progress = self.after(*order)
            self.assertEqual((progress.status, progress.attempt, progress.partner["id"]), ("charged", 3, "p-3"))
            self.assertEqual((progress.points, progress.notification["by"], progress.is_final), (2500, "sms", True))

    def test_an_older_event_that_arrives_late_does_not_change_the_state(self):
        first, second = self.samples.matched(1), self.samples.matched(2)
        for late in (first, self.samples.refused(first), self.samples.notified(first)):
            progress = self.after(second, late)
            self.assertEqual((progress.status, progress.partner["id"]), ("matched", "p-2"))

    def test_a_charge_may_arrive_before_its_match(self):
        first, second = self.samples.matched(1), self.samples.matched(2)
        early = [first, self.samples.refused(first), self.samples.charged(second), self.samples.notified(second)]
        progress = self.after(*early)
        self.assertEqual((progress.status, progress.partner, progress.is_final), ("charged", None, False))
        progress = self.after(*early, second)
        self.assertEqual((progress.status, progress.partner["id"], progress.is_final), ("charged", "p-2", True))

    def test_each_state(self):
        samples, first = self.samples, self.samples.matched(1)
        unmatched, closed = (samples.decision("unmatched", 2, reason=reason) for reason in ("no_capacity", "closed"))
        for status, is_final, events in [
            ("received", False, []),
            ("matched", False, [first]),
            ("matched", False, [first, samples.notified(first)]),
            ("refused", False, [first, samples.refused(first)]),
            ("deferred", False, [samples.decision("deferred", 1)]),
            ("charged", False, [first, samples.charged(first)]),
            ("charged", True, [first, samples.charged(first), samples.notified(first)]),
            ("charged", False, [first, samples.charged(first), samples.not_notified(first, "push", "refused")]),
            ("charged", True, [first, samples.charged(first), samples.not_notified(first, "push", "too_late")]),
            ("charged", True, [first, samples.charged(first), samples.not_notified(first, "sms", "refused")]),
            ("unmatched", False, [first, samples.notified(first), samples.refused(first), unmatched]),
            ("unmatched", True, [unmatched, samples.notified(unmatched)]),
            ("unmatched", True, [first, samples.refused(first), closed]),
        ]:
            with self.subTest(status, is_final=is_final):
                progress = self.after(*events)
                self.assertEqual((progress.status, progress.is_final), (status, is_final))

    def test_a_text_may_follow_a_push_that_failed(self):
        match = self.samples.matched(1)
        push = self.samples.not_notified(match, "push", "refused")
        charged = [match, self.samples.charged(match)]
        self.assertFalse(self.after(*charged, push).is_final)
        for order in itertools.permutations([push, self.samples.notified(match)]):
            progress = self.after(*charged, *order)
            self.assertEqual((progress.notification["by"], progress.notification["failed"]), ("sms", None))
            self.assertTrue(progress.is_final)
