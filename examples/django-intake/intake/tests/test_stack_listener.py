"""Against the running stack: events that arrive twice, late or malformed."""

import json

from .blocking_proxy import BlockingProxy
from .samples import SampleEvents
from .service import LIMIT, wait_for
from .stack import StackTest


class Listener(StackTest):
    def setUp(self):
        super().setUp()
        self.request_id = self.service.post(self.matchflow.submission(), "key-1")[1]["requestId"]
        self.samples = SampleEvents(self.request_id)
        self.dead_letters = self.matchflow.create_queue("dead")
        redrive = {"deadLetterTargetArn": self.matchflow.arn(self.dead_letters), "maxReceiveCount": 3}
        self.queue = self.matchflow.create_queue("events", VisibilityTimeout="1", RedrivePolicy=json.dumps(redrive))

    def listen(self, **environment):
        return self.service.start_command("listen", EVENTS_QUEUE_URL=self.queue, **environment)

    def send(self, body):
        self.matchflow.sqs.send_message(
            QueueUrl=self.queue, MessageBody=body if isinstance(body, str) else json.dumps(body)
        )

    def wait_until_empty(self):
        """Waits until every message is deleted; none of them is in the dead-letter queue."""
        wait_for(lambda: self.matchflow.message_count(self.queue) == 0, "empty queue")
        self.assertEqual(self.matchflow.message_count(self.dead_letters), 0)

    def stored_types(self):
        return self.service.query("select type from intake_inboxevent")

    def test_killed_between_commit_and_delete_it_handles_an_event_once(self):
        proxy = BlockingProxy("DeleteMessageBatch", forwards=False)
        self.addCleanup(proxy.close)
        listener = self.listen(AWS_ENDPOINT_URL=proxy.url)
        self.send(self.samples.matched(1))
        self.assertTrue(proxy.blocked.wait(LIMIT))
        self.service.kill(listener)
        self.assertEqual((self.stored_types(), self.matchflow.message_count(self.queue)), ([("request.matched",)], 1))
        self.listen()
        self.wait_until_empty()
        self.assertEqual(self.stored_types(), [("request.matched",)])
        self.assertEqual(self.service.state(self.request_id)["status"], "matched")

    def test_the_state_is_right_after_redeliveries_and_in_any_order(self):
        self.listen()
        first, second = self.samples.matched(1), self.samples.matched(2)
        sent = self.samples.notified(second)
        for event in (self.samples.charged(second), sent, second, self.samples.refused(first), first, second, sent):
            self.send(event)
            self.wait_until_empty()
        state = self.service.state(self.request_id)
        self.assertEqual((state["status"], state["attempt"], state["partner"]["id"]), ("charged", 2, "p-2"))
        self.assertEqual((state["told"]["by"], state["atRest"], len(state["events"])), ("sms", True, 5))

    def test_it_keeps_running_while_the_database_fails(self):
        self.service.query("alter table intake_inboxevent rename to gone")
        listener = self.listen()
        self.send(self.samples.matched(1))
        wait_for(lambda: "OperationalError" in self.service.log_text("listen"), "failure")
        self.service.query("alter table gone rename to intake_inboxevent")
        wait_for(self.stored_types, "event")
        self.assertIsNone(listener.poll())

    def test_a_message_that_cannot_be_read_goes_to_the_dead_letter_queue_and_its_body_is_not_logged(self):
        self.listen()
        self.send('{"phone": "+821000990077"')
        self.send(self.samples.matched(1))
        wait_for(lambda: self.matchflow.message_count(self.dead_letters) == 1, "dead letter")
        self.assertEqual(self.stored_types(), [("request.matched",)])
        self.assertIn("cannot be read", self.service.log_text("listen"))
        self.assertNotIn("+8210", self.service.log_text("listen"))
