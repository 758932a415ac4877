import signal
import unittest

from django.test import SimpleTestCase

from .matchflow import MatchflowClient
from .support import CleanUpOnInterrupt, isolated_aws_environment


class Support(SimpleTestCase):
    def test_an_interrupted_test_cleans_up(self):
        cleanups = []

        class Terminated(CleanUpOnInterrupt, unittest.TestCase):
            def runTest(self):
                self.addCleanup(cleanups.append, "done")
                signal.raise_signal(signal.SIGTERM)

        with self.assertRaises(KeyboardInterrupt):
            Terminated().run()
        self.assertEqual(cleanups, ["done"])

    def test_no_test_runs_in_an_aws_account(self):
        with isolated_aws_environment(), self.assertRaisesRegex(AssertionError, "AWS_ENDPOINT_URL"):
            MatchflowClient(self)
