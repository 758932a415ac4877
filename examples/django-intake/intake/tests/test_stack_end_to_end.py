"""Against the running stack: a request over HTTP, and its page in a final state."""

import uuid

from .service import wait_for
from .stack import StackTest
from .support import urlopen


class EndToEnd(StackTest):
    def setUp(self):
        super().setUp()
        self.service.start_command("relay")
        # SIGTERM, not SIGKILL: a message delivered to a killed listener's long poll stays invisible to the next one.
        self.addCleanup(self.service.terminate, self.service.start_command("listen"))

    def submit_and_wait_for_final_state(self):
        """Submits a request; returns its state and its page once it has reached a final state."""
        _, answer = self.service.post(self.matchflow.submission(), str(uuid.uuid4()))
        state = wait_for(lambda: (now := self.service.state(answer["requestId"]))["atRest"] and now, "end")
        with urlopen(self.service.url + answer["page"]) as page:
            return state, page.read().decode()

    def test_a_request_is_matched_and_charged_and_the_customer_notified(self):
        self.matchflow.register_partner()
        state, page = self.submit_and_wait_for_final_state()
        self.assertEqual((state["status"], state["points"], state["told"]["by"]), ("charged", 100, "sms"))
        kinds = {event["type"] for event in state["events"]}
        self.assertEqual(kinds, {"request.matched", "points.deducted", "notification.sent"})
        for text in ("Matched with Clean &amp; Co", "100 points charged", "You were told by text message"):
            self.assertIn(text, page)
        self.assert_private(page)

    def test_a_request_without_a_partner_is_unmatched_and_the_customer_notified(self):
        state, page = self.submit_and_wait_for_final_state()
        self.assertEqual((state["status"], state["reason"]), ("unmatched", "no_partner"))
        self.assertIn("We could not find a partner", page)

    def assert_private(self, page):
        phone = self.matchflow.submission()["customer"]["phone"]
        logs = [self.service.log_text(name) for name in ("web", "relay", "listen")]
        for text in (page, *logs):
            self.assertNotIn(phone, text)
