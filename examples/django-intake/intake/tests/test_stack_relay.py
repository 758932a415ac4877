"""Against the running stack: what is committed is sent, whoever is killed; what is not, is not."""

import json
import os
import signal
import uuid

from django.db import transaction
from django.test import TransactionTestCase, tag

from intake import aws, contract, outbox, submissions

from .gate import Gate
from .market import Market
from .neighbour import LIMIT, wait_for
from .stack import StackTest

LEASE = {"OUTBOX_LEASE_SECONDS": "1"}


class Killed(StackTest):
    def setUp(self):
        super().setUp()
        self.market.open_partner()

    def submit(self):
        status, answer = self.neighbour.post(self.market.submission(), str(uuid.uuid4()))
        self.assertEqual(status, 202)
        return answer["requestId"]

    def held(self, **gate):
        """A request, and a relay at the moment when its send is held."""
        gate = Gate("SendMessageBatch", **gate)
        self.addCleanup(gate.close)
        request_id = self.submit()
        relay = self.neighbour.run("relay", AWS_ENDPOINT_URL=gate.url, **LEASE)
        self.assertTrue(gate.held.wait(LIMIT))
        return request_id, relay

    def assert_one_match(self, request_id):
        """Another request of the same customer is matched after whatever else came of this one."""
        self.market.wait("request.matched", requestId=request_id)
        marker = {"requestId": f"marker-{uuid.uuid4()}"}
        self.market.emit(
            "INTAKE_QUEUE_URL", "request.submitted", f"cus-{self.market.tag}", self.market.submission() | marker
        )
        self.market.wait("request.matched", **marker)
        self.assertEqual(len(self.market.seen("request.matched", requestId=request_id)), 1)

    def attempts(self):
        return self.neighbour.query("select attempts, sent_at is not null from intake_outboxevent")

    def test_a_web_server_between_commit_and_send(self):
        request_id = self.submit()
        self.neighbour.kill(self.server)
        self.neighbour.run("relay")
        self.assert_one_match(request_id)

    def test_a_relay_whose_send_has_not_arrived(self):
        request_id, relay = self.held(passes_on=False)
        self.assertEqual(self.market.seen("request.matched", requestId=request_id), [])
        self.neighbour.kill(relay)
        self.neighbour.run("relay", **LEASE)
        self.assert_one_match(request_id)
        self.assertEqual(self.attempts(), [(2, 1)])

    def test_a_relay_whose_send_has_arrived(self):
        request_id, relay = self.held(passes_on=True)
        self.market.wait("request.matched", requestId=request_id)
        self.assertEqual(self.attempts(), [(1, 0)])
        self.neighbour.kill(relay)
        self.neighbour.run("relay", **LEASE)
        wait_for(lambda: self.attempts() == [(2, 1)], "repeat")
        self.repeat_past_the_queues_own_deduplication()
        self.assert_one_match(request_id)

    def repeat_past_the_queues_own_deduplication(self):
        """As when the relay comes back after more than the five minutes that SQS knows an id."""
        ((body, group),) = self.neighbour.query('select body, "group" from intake_outboxevent')
        url = os.environ["INTAKE_QUEUE_URL"]
        self.market.sqs.send_message(
            QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=str(uuid.uuid4())
        )

    def test_sigterm_ends_a_relay_between_two_sends(self):
        relay = self.neighbour.run("relay")
        relay.send_signal(signal.SIGTERM)
        self.assertEqual(relay.wait(30), 0)
        self.assertIn("relay ends", self.neighbour.logged("relay"))

    def test_several_relays_send_each_event_once(self):
        relays = [self.neighbour.run("relay") for _ in range(3)]
        request_ids = [self.submit() for _ in range(8)]
        for request_id in request_ids:
            self.market.wait("request.matched", requestId=request_id)
        self.assertEqual({relay.poll() for relay in relays}, {None})
        wait_for(lambda: self.attempts() == [(1, 1)] * 8, "eight rows sent at the first attempt")


@tag("stack")
class RolledBack(TransactionTestCase):
    def test_only_what_was_committed_is_sent_and_in_order(self):
        market = Market()
        self.addCleanup(market.close)
        queue, sqs = market.queue("intake.fifo", FifoQueue="true"), aws.sqs()
        data = contract.submission(market.submission())
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
        messages = market.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)["Messages"]
        self.assertEqual([json.loads(m["Body"])["data"]["requestId"] for m in messages], committed)
