"""Against the running stack: what comes twice, late or broken."""

import json

from .gate import Gate
from .neighbour import LIMIT, wait_for
from .samples import Published
from .stack import StackTest


class Listener(StackTest):
    def setUp(self):
        super().setUp()
        self.request_id = self.neighbour.post(self.market.submission(), "key-1")[1]["requestId"]
        self.published = Published(self.request_id)
        self.dead_letters = self.market.queue("dead")
        redrive = {"deadLetterTargetArn": self.market.arn(self.dead_letters), "maxReceiveCount": 3}
        self.queue = self.market.queue("events", VisibilityTimeout="1", RedrivePolicy=json.dumps(redrive))

    def listen(self, **environment):
        return self.neighbour.run("listen", EVENTS_QUEUE_URL=self.queue, **environment)

    def send(self, body):
        self.market.sqs.send_message(
            QueueUrl=self.queue, MessageBody=body if isinstance(body, str) else json.dumps(body)
        )

    def empty(self):
        """All messages deleted, none of them by becoming a dead letter."""
        wait_for(lambda: self.market.left(self.queue) == 0, "empty queue")
        self.assertEqual(self.market.left(self.dead_letters), 0)

    def events(self):
        return self.neighbour.query("select type from intake_inboxevent")

    def test_killed_between_commit_and_delete_it_handles_an_event_once(self):
        gate = Gate("DeleteMessageBatch", passes_on=False)
        self.addCleanup(gate.close)
        listener = self.listen(AWS_ENDPOINT_URL=gate.url)
        self.send(self.published.matched(1))
        self.assertTrue(gate.held.wait(LIMIT))
        self.neighbour.kill(listener)
        self.assertEqual((self.events(), self.market.left(self.queue)), ([("request.matched",)], 1))
        self.listen()
        self.empty()
        self.assertEqual(self.events(), [("request.matched",)])
        self.assertEqual(self.neighbour.state(self.request_id)["status"], "matched")

    def test_disorder_and_repeats_give_the_right_state(self):
        self.listen()
        first, second = self.published.matched(1), self.published.matched(2)
        told = self.published.told(second)
        for event in (self.published.charged(second), told, second, self.published.refused(first), first, second, told):
            self.send(event)
            self.empty()
        state = self.neighbour.state(self.request_id)
        self.assertEqual((state["status"], state["attempt"], state["partner"]["id"]), ("charged", 2, "p-2"))
        self.assertEqual((state["told"]["by"], state["atRest"], len(state["events"])), ("sms", True, 5))

    def test_it_outlives_a_database_that_fails(self):
        self.neighbour.query("alter table intake_inboxevent rename to gone")
        listener = self.listen()
        self.send(self.published.matched(1))
        wait_for(lambda: "OperationalError" in self.neighbour.logged("listen"), "failure")
        self.neighbour.query("alter table gone rename to intake_inboxevent")
        wait_for(self.events, "event")
        self.assertIsNone(listener.poll())

    def test_what_cannot_be_read_becomes_a_dead_letter_and_is_not_logged(self):
        self.listen()
        self.send('{"phone": "+821000990077"')
        self.send(self.published.matched(1))
        wait_for(lambda: self.market.left(self.dead_letters) == 1, "dead letter")
        self.assertEqual(self.events(), [("request.matched",)])
        self.assertIn("cannot be read", self.neighbour.logged("listen"))
        self.assertNotIn("+8210", self.neighbour.logged("listen"))
