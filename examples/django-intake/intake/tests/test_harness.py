import signal
import unittest

from django.test import SimpleTestCase

from .harness import CleansUp, own_aws
from .market import Market


class Harness(SimpleTestCase):
    def test_an_interrupted_test_cleans_up(self):
        cleanups = []

        class Terminated(CleansUp, unittest.TestCase):
            def runTest(self):
                self.addCleanup(cleanups.append, "done")
                signal.raise_signal(signal.SIGTERM)

        with self.assertRaises(KeyboardInterrupt):
            Terminated().run()
        self.assertEqual(cleanups, ["done"])

    def test_no_market_opens_in_an_aws_account(self):
        with own_aws(), self.assertRaisesRegex(AssertionError, "AWS_ENDPOINT_URL"):
            Market(self)
