from datetime import timedelta

import boto3
from botocore.stub import ANY, Stubber
from django.test import TestCase, override_settings
from django.utils import timezone

from intake import outbox
from intake.models import OutboxEvent
from intake.processes import LONGEST_PAUSE, pause

from .harness import own_aws

URL = "https://sqs.ap-northeast-2.amazonaws.com/000000000000/intake.fifo"


def queue(group, body="{}"):
    count = OutboxEvent.objects.count()
    return OutboxEvent.objects.create(event_id=f"e{count}", type="t", group=group, correlation_id="c", body=body)


class Relay(TestCase):
    def setUp(self):
        self.enterContext(own_aws())
        self.sqs = boto3.Session().client("sqs")
        self.stub = Stubber(self.sqs)
        self.stub.activate()
        self.addCleanup(self.stub.assert_no_pending_responses)

    def relay(self, taken, refused=()):
        """One step against an SQS that takes these rows and refuses those."""
        answer = {
            "Successful": [{"Id": str(e.pk), "MessageId": "m", "MD5OfMessageBody": "0"} for e in taken],
            "Failed": [{"Id": str(e.pk), "Code": "InternalError", "SenderFault": False} for e in refused],
        }
        self.stub.add_response("send_message_batch", answer, {"QueueUrl": URL, "Entries": ANY})
        self.assertEqual(outbox.relay_once(self.sqs, URL), len(taken))

    def due(self):
        return [event.event_id for event in outbox.claim()]

    def all_due(self):
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

    def test_what_was_taken_is_not_sent_again(self):
        self.relay([queue("a"), queue("b")])
        self.all_due()
        self.assertEqual(outbox.relay_once(self.sqs, URL), 0)  # and no call: the stub would fail

    def test_nothing_of_a_group_overtakes_its_failed_first(self):
        first, _, other, later = queue("a"), queue("a"), queue("b"), queue("b")
        self.relay(taken=[other], refused=[first])
        self.assertEqual(self.due(), [later.event_id])  # the failed one pauses, and what is behind it waits
        self.all_due()
        self.assertEqual(self.due(), [first.event_id, later.event_id])

    def test_a_call_that_fails_is_repeated_after_a_pause(self):
        event = queue("a")
        self.stub.add_client_error("send_message_batch", "ServiceUnavailable", http_status_code=503)
        self.assertEqual(outbox.relay_once(self.sqs, URL), 0)
        self.assertEqual(self.due(), [])
        event.refresh_from_db()
        self.assertLessEqual(event.due_at, timezone.now() + timedelta(seconds=2))  # the first pause, not the lease
        self.all_due()
        self.relay([event])

    def test_an_entry_that_the_answer_does_not_name_is_not_taken(self):
        missing = queue("a")
        self.relay([queue("b")])
        self.all_due()
        self.assertEqual(self.due(), [missing.event_id])

    def test_a_relay_leaves_alone_what_another_has_claimed(self):
        queue("a"), queue("a")
        self.assertEqual(self.due(), ["e0"])
        self.assertEqual(self.due(), [])

    @override_settings(OUTBOX_LEASE_SECONDS=0)
    def test_what_a_dead_relay_had_claimed_is_claimed_again(self):
        queue("a")
        self.assertEqual((self.due(), self.due()), (["e0"], ["e0"]))

    def test_a_relay_whose_lease_has_ended_changes_nothing(self):
        event = queue("a")
        with override_settings(OUTBOX_LEASE_SECONDS=0):
            late = outbox.claim()
        self.assertEqual(self.due(), ["e0"])
        before = OutboxEvent.objects.values().get()
        for sent in (set(), {str(event.pk)}):
            outbox.settle(late, sent)
            self.assertEqual(OutboxEvent.objects.values().get(), before)

    def test_a_call_keeps_to_the_limits(self):
        for group in range(12):
            queue(str(group))
        self.assertEqual(len(self.due()), 10)
        self.assertEqual(len(self.due()), 2)
        for group in ("x", "y", "z"):
            queue(group, "x" * 100 * 1024)
        self.assertEqual((len(self.due()), len(self.due())), (2, 1))

    def test_pruning_deletes_only_what_was_sent_long_ago(self):
        old = timezone.now() - timedelta(days=2)
        for sent_at in (old, timezone.now(), None):
            OutboxEvent.objects.filter(pk=queue("a").pk).update(sent_at=sent_at, due_at=old)
        outbox.prune()
        self.assertEqual(list(OutboxEvent.objects.values_list("event_id", flat=True)), ["e1", "e2"])

    def test_pauses_grow_to_a_limit_and_are_never_nothing(self):
        for failures in range(1, 100):
            full = min(2**failures, LONGEST_PAUSE)
            self.assertTrue(full / 2 <= pause(failures) <= full)
        self.assertGreater(len({pause(3) for _ in range(10)}), 1)
