"""Against the running stack: what is committed is sent, whoever is killed; what is not, is not."""

import json
import os
import uuid

from django.db import transaction
from django.test import TransactionTestCase, tag

from intake import aws, contract, outbox, submissions

from .gate import Gate
from .harness import CleansUp
from .market import Market
from .neighbour import LIMIT, wait_for
from .stack import StackTest

LEASE = {"OUTBOX_LEASE_SECONDS": "1"}


class Killed(StackTest):
    def setUp(self):
        super().setUp()
        self.market.open_partner()

    def submit(self, customer="cus"):
        status, answer = self.neighbour.post(self.market.submission(customer), str(uuid.uuid4()))
        self.assertEqual(status, 202)
        return answer["requestId"]

    def killed(self, **gate):
        """A request whose relay was killed while its send was held."""
        gate = Gate("SendMessageBatch", **gate)
        self.addCleanup(gate.close)
        request_id = self.submit()
        relay = self.neighbour.run("relay", AWS_ENDPOINT_URL=gate.url, **LEASE)
        self.assertTrue(gate.held.wait(LIMIT))
        self.neighbour.kill(relay)
        self.assertEqual(self.attempts(), [(1, 0)])
        return request_id

    def assert_one_match(self, request_id):
        """Another request of the same customer is matched after whatever else came of this one."""
        self.market.wait("request.matched", requestId=request_id)
        self.market.pass_by()
        self.assertEqual(len(self.market.seen("request.matched", requestId=request_id)), 1)

    def attempts(self):
        return self.neighbour.query("select attempts, sent_at is not null from intake_outboxevent")

    def test_a_web_server_between_commit_and_send(self):
        request_id = self.submit()
        self.neighbour.kill(self.server)
        self.neighbour.run("relay")
        self.assert_one_match(request_id)

    def test_a_relay_whose_send_has_not_arrived(self):
        request_id = self.killed(passes_on=False)
        self.assertEqual(self.market.seen("request.matched", requestId=request_id), [])
        self.neighbour.run("relay", **LEASE)
        self.assert_one_match(request_id)
        self.assertEqual(self.attempts(), [(2, 1)])

    def test_a_relay_whose_send_has_arrived(self):
        request_id = self.killed(passes_on=True)
        self.market.wait("request.matched", requestId=request_id)
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
        self.assertEqual(self.neighbour.end(relay), 0)
        self.assertIn("relay ends", self.neighbour.logged("relay"))

    def test_several_relays_send_each_event_once(self):
        relays = [self.neighbour.run("relay") for _ in range(3)]
        request_ids = [self.submit(f"cus-{number}") for number in range(8)]
        for request_id in request_ids:
            self.market.wait("request.matched", requestId=request_id)
        self.assertEqual({relay.poll() for relay in relays}, {None})
        wait_for(lambda: self.attempts() == [(1, 1)] * 8, "eight rows sent at the first attempt")


@tag("stack")
class RolledBack(CleansUp, TransactionTestCase):
    def test_only_what_was_committed_is_sent_and_in_order(self):
        market = Market(self)
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
