from django.test import SimpleTestCase

from .samples import submission
from .service import Service, wait_for
from .support import CleanUpOnInterrupt, isolated_aws_environment

UNREACHABLE = "http://127.0.0.1:9"  # refuses the connection


class Relay(CleanUpOnInterrupt, SimpleTestCase):
    def setUp(self):
        self.enterContext(isolated_aws_environment())
        self.service = Service()
        self.addCleanup(self.service.close)
        self.service.start_web_server()

    def attempts(self):
        return self.service.query("select attempts from intake_outboxevent where attempts > 0")

    def test_it_keeps_running_while_the_database_fails(self):
        self.service.post(submission(), "key-1")
        self.service.query("alter table intake_outboxevent rename to gone")
        sqs = {"INTAKE_QUEUE_URL": f"{UNREACHABLE}/intake.fifo", "AWS_ENDPOINT_URL": UNREACHABLE}
        relay = self.service.start_command("relay", **sqs)
        wait_for(lambda: "OperationalError" in self.service.log_text("relay"), "failure")
        self.service.query("alter table gone rename to intake_outboxevent")
        wait_for(self.attempts, "attempt to send")
        self.assertIsNone(relay.poll())
