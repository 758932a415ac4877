from datetime import timedelta

import boto3
from botocore.stub import ANY, Stubber
from django.test import TestCase, override_settings
from django.utils import timezone

from intake import outbox
from intake.models import OutboxEvent
from intake.processes import MAX_BACKOFF_SECONDS, backoff_seconds

from .support import isolated_aws_environment

URL = "https://sqs.ap-northeast-2.amazonaws.com/000000000000/intake.fifo"


def queue(group, body="{}"):
    count = OutboxEvent.objects.count()
    return OutboxEvent.objects.create(event_id=f"e{count}", type="t", group=group, correlation_id="c", body=body)


class Relay(TestCase):
    def setUp(self):
        self.enterContext(isolated_aws_environment())
        self.sqs = boto3.Session().client("sqs")
        self.stub = Stubber(self.sqs)
        self.stub.activate()
        self.addCleanup(self.stub.assert_no_pending_responses)

    def relay(self, accepted, refused=()):
        """Runs the relay's step once, with an SQS that accepts and refuses these rows."""
        answer = {
            "Successful": [{"Id": str(e.pk), "MessageId": "m", "MD5OfMessageBody": "0"} for e in accepted],
            "Failed": [{"Id": str(e.pk), "Code": "InternalError", "SenderFault": False} for e in refused],
        }
        self.stub.add_response("send_message_batch", answer, {"QueueUrl": URL, "Entries": ANY})
        self.assertEqual(outbox.relay_once(self.sqs, URL), len(accepted))

    def claim(self):
        return [event.event_id for event in outbox.claim()]

    def make_all_due(self):
        OutboxEvent.objects.update(due_at=timezone.now())

    def test_an_entry_is_the_event_verbatim(self):
        event = queue("customer", '{"a": 1}')
        attributes = {"eventType": "t", "correlationId": "c"}
        entry = {
            "Id": str(event.pk),
            "MessageBody": '{"a": 1}',
            "MessageGroupId": "customer",
            "MessageDeduplicationId": event.event_id,
            "MessageAttributes": {k: {"DataType": "String", "StringValue": v} for k, v in attributes.items()},
        }
        self.stub.add_response(
            "send_message_batch", {"Successful": [], "Failed": []}, {"QueueUrl": URL, "Entries": [entry]}
        )
        outbox.relay_once(self.sqs, URL)

    def test_an_accepted_event_is_not_sent_again(self):
        self.relay([queue("a"), queue("b")])
        self.make_all_due()
        self.assertEqual(outbox.relay_once(self.sqs, URL), 0)  # and no call: the stub would fail

    def test_no_event_is_sent_before_an_earlier_one_of_its_group_that_failed(self):
        first, _, other, later = queue("a"), queue("a"), queue("b"), queue("b")
        self.relay(accepted=[other], refused=[first])
        self.assertEqual(self.claim(), [later.event_id])  # the failed one is not due yet, the next of its group waits
        self.make_all_due()
        self.assertEqual(self.claim(), [first.event_id, later.event_id])

    def test_a_call_that_fails_is_repeated_after_a_pause(self):
        event = queue("a")
        self.stub.add_client_error("send_message_batch", "ServiceUnavailable", http_status_code=503)
        self.assertEqual(outbox.relay_once(self.sqs, URL), 0)
        self.assertEqual(self.claim(), [])
        event.refresh_from_db()
        self.assertLessEqual(event.due_at, timezone.now() + timedelta(seconds=2))  # the first backoff, not the lease
        self.make_all_due()
        self.relay([event])

    def test_an_entry_that_the_answer_does_not_name_is_sent_again(self):
        missing = queue("a")
        self.relay([queue("b")])
        self.make_all_due()
        self.assertEqual(self.claim(), [missing.event_id])

    def test_a_relay_does_not_claim_rows_that_another_has_claimed(self):
        queue("a"), queue("a")
        self.assertEqual(self.claim(), ["e0"])
        self.assertEqual(self.claim(), [])

    @override_settings(OUTBOX_LEASE_SECONDS=0)
    def test_rows_of_a_killed_relay_are_claimed_again_after_the_lease(self):
        queue("a")
        self.assertEqual((self.claim(), self.claim()), (["e0"], ["e0"]))

    def test_a_relay_whose_lease_has_ended_changes_nothing(self):
        event = queue("a")
        with override_settings(OUTBOX_LEASE_SECONDS=0):
            late = outbox.claim()
        self.assertEqual(self.claim(), ["e0"])
        before = OutboxEvent.objects.values().get()
        for sent in (set(), {str(event.pk)}):
            outbox.save_results(late, sent)
            self.assertEqual(OutboxEvent.objects.values().get(), before)

    def test_a_call_keeps_to_the_limits_of_sqs(self):
        for group in range(12):
            queue(str(group))
        self.assertEqual(len(self.claim()), 10)
        self.assertEqual(len(self.claim()), 2)
        for group in ("x", "y", "z"):
            queue(group, "x" * 100 * 1024)
        self.assertEqual((len(self.claim()), len(self.claim())), (2, 1))

    def test_pruning_deletes_only_events_that_were_sent_long_ago(self):
        old = timezone.now() - timedelta(days=2)
        for sent_at in (old, timezone.now(), None):
            OutboxEvent.objects.filter(pk=queue("a").pk).update(sent_at=sent_at, due_at=old)
        outbox.prune()
        self.assertEqual(list(OutboxEvent.objects.values_list("event_id", flat=True)), ["e1", "e2"])

    def test_the_backoff_grows_to_a_limit_and_is_never_zero(self):
        for failures in range(1, 100):
            full = min(2**failures, MAX_BACKOFF_SECONDS)
            self.assertTrue(full / 2 <= backoff_seconds(failures) <= full)
        self.assertGreater(len({backoff_seconds(3) for _ in range(10)}), 1)
