from django.test import SimpleTestCase

from .harness import CleansUp, own_aws
from .neighbour import Neighbour, wait_for
from .samples import submission

NOBODY = "http://127.0.0.1:9"  # refuses the connection


class Relay(CleansUp, SimpleTestCase):
    def setUp(self):
        self.enterContext(own_aws())
        self.neighbour = Neighbour()
        self.addCleanup(self.neighbour.close)
        self.neighbour.web()

    def attempts(self):
        return self.neighbour.query("select attempts from intake_outboxevent where attempts > 0")

    def test_it_outlives_a_database_that_fails(self):
        self.neighbour.post(submission(), "key-1")
        self.neighbour.query("alter table intake_outboxevent rename to gone")
        relay = self.neighbour.run("relay", INTAKE_QUEUE_URL=f"{NOBODY}/intake.fifo", AWS_ENDPOINT_URL=NOBODY)
        wait_for(lambda: "OperationalError" in self.neighbour.logged("relay"), "failure")
        self.neighbour.query("alter table gone rename to intake_outboxevent")
        wait_for(self.attempts, "attempt to send")
        self.assertIsNone(relay.poll())
