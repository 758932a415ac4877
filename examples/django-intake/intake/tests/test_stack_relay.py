"""Against the running stack: a committed event is sent, whichever process is killed; a rolled-back one is not."""

import json
import os
import uuid

from django.db import transaction
from django.test import TransactionTestCase, tag

from intake import aws, contract, outbox, submissions

from .blocking_proxy import BlockingProxy
from .matchflow import MatchflowClient
from .service import LIMIT, wait_for
from .stack import StackTest
from .support import CleanUpOnInterrupt

LEASE = {"OUTBOX_LEASE_SECONDS": "1"}


class KilledProcesses(StackTest):
    def setUp(self):
        super().setUp()
        self.matchflow.register_partner()

    def submit(self, customer="cus"):
        status, answer = self.service.post(self.matchflow.submission(customer), str(uuid.uuid4()))
        self.assertEqual(status, 202)
        return answer["requestId"]

    def submit_and_kill_relay(self, *, sent):
        """Submits a request, and kills the relay before or after SQS has its event."""
        proxy = BlockingProxy("SendMessageBatch", forwards=sent)
        self.addCleanup(proxy.close)
        request_id = self.submit()
        relay = self.service.start_command("relay", AWS_ENDPOINT_URL=proxy.url, **LEASE)
        self.assertTrue(proxy.blocked.wait(LIMIT))
        self.service.kill(relay)
        self.assertEqual(self.attempts(), [(1, 0)])
        return request_id

    def assert_one_match(self, request_id):
        """Asserts one match of this request, once a later request of the same customer is matched."""
        self.matchflow.wait_for_event("request.matched", requestId=request_id)
        self.matchflow.wait_for_earlier_requests()
        self.assertEqual(len(self.matchflow.published("request.matched", requestId=request_id)), 1)

    def attempts(self):
        return self.service.query("select attempts, sent_at is not null from intake_outboxevent")

    def test_a_request_is_sent_after_its_web_server_is_killed(self):
        request_id = self.submit()
        self.service.kill(self.server)
        self.service.start_command("relay")
        self.assert_one_match(request_id)

    def test_a_request_is_matched_once_if_the_relay_is_killed_before_the_send_arrived(self):
        request_id = self.submit_and_kill_relay(sent=False)
        self.assertEqual(self.matchflow.published("request.matched", requestId=request_id), [])
        self.service.start_command("relay", **LEASE)
        self.assert_one_match(request_id)
        self.assertEqual(self.attempts(), [(2, 1)])

    def test_a_request_is_matched_once_if_the_relay_is_killed_after_the_send_arrived(self):
        request_id = self.submit_and_kill_relay(sent=True)
        self.matchflow.wait_for_event("request.matched", requestId=request_id)
        self.service.start_command("relay", **LEASE)
        wait_for(lambda: self.attempts() == [(2, 1)], "repeat")
        self.send_again_outside_the_deduplication_interval()
        self.assert_one_match(request_id)

    def send_again_outside_the_deduplication_interval(self):
        """Sends the event as a relay does that starts again after the five minutes for which SQS keeps an id."""
        ((body, group),) = self.service.query('select body, "group" from intake_outboxevent')
        url = os.environ["INTAKE_QUEUE_URL"]
        self.matchflow.sqs.send_message(
            QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=str(uuid.uuid4())
        )

    def test_sigterm_ends_a_relay_between_two_sends(self):
        relay = self.service.start_command("relay")
        self.assertEqual(self.service.terminate(relay), 0)
        self.assertIn("relay ends", self.service.log_text("relay"))

    def test_several_relays_send_each_event_once(self):
        relays = [self.service.start_command("relay") for _ in range(3)]
        request_ids = [self.submit(f"cus-{number}") for number in range(8)]
        for request_id in request_ids:
            self.matchflow.wait_for_event("request.matched", requestId=request_id)
        self.assertEqual({relay.poll() for relay in relays}, {None})
        wait_for(lambda: self.attempts() == [(1, 1)] * 8, "eight rows sent at the first attempt")


@tag("stack")
class RolledBackTransactions(CleanUpOnInterrupt, TransactionTestCase):
    def test_only_committed_requests_are_sent_and_in_order(self):
        matchflow = MatchflowClient(self)
        queue, sqs = matchflow.create_queue("intake.fifo", FifoQueue="true"), aws.sqs_client()
        data = contract.validate(matchflow.submission())
        committed = []
        for key, commits in (("1", True), ("2", False), ("3", True)):
            try:
                with transaction.atomic():
                    answer = submissions.accept(key, data)
                    if not commits:
                        raise InterruptedError
            except InterruptedError:
                continue
            committed.append(answer.request_id)
        while outbox.relay_once(sqs, queue):
            pass
        messages = matchflow.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)["Messages"]
        self.assertEqual([json.loads(m["Body"])["data"]["requestId"] for m in messages], committed)
