"""Against the running stack: a request over HTTP, and its page when it is matched, charged and told."""

import uuid

from .harness import ask
from .neighbour import wait_for
from .stack import StackTest


class EndToEnd(StackTest):
    def setUp(self):
        super().setUp()
        self.neighbour.run("relay")
        # Not killed: what SQS still hands to a dead long poll would stay away from the next test's listener.
        self.addCleanup(self.neighbour.end, self.neighbour.run("listen"))

    def at_rest(self):
        """A request's state and page, at its end."""
        _, answer = self.neighbour.post(self.market.submission(), str(uuid.uuid4()))
        state = wait_for(lambda: (now := self.neighbour.state(answer["requestId"]))["atRest"] and now, "end")
        with ask(self.neighbour.url + answer["page"]) as page:
            return state, page.read().decode()

    def test_matched_charged_and_told(self):
        self.market.open_partner()
        state, page = self.at_rest()
        self.assertEqual((state["status"], state["points"], state["told"]["by"]), ("charged", 100, "sms"))
        kinds = {event["type"] for event in state["events"]}
        self.assertEqual(kinds, {"request.matched", "points.deducted", "notification.sent"})
        for text in ("Matched with Clean &amp; Co", "100 points charged", "You were told by text message"):
            self.assertIn(text, page)
        self.assert_private(page)

    def test_unmatched_and_told(self):
        state, page = self.at_rest()
        self.assertEqual((state["status"], state["reason"]), ("unmatched", "no_partner"))
        self.assertIn("We could not find a partner", page)

    def assert_private(self, page):
        phone = self.market.submission()["customer"]["phone"]
        logs = [self.neighbour.logged(name) for name in ("web", "relay", "listen")]
        for text in (page, *logs):
            self.assertNotIn(phone, text)
