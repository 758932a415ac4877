from django.test import SimpleTestCase, tag

from .matchflow import MatchflowClient
from .service import Service
from .support import CleanUpOnInterrupt


@tag("stack")
class StackTest(CleanUpOnInterrupt, SimpleTestCase):
    """A test against the running stack, with this service's web server and a partner of the test's own."""

    def setUp(self):
        self.matchflow = MatchflowClient(self)
        self.service = Service()
        self.addCleanup(self.service.close)
        self.server = self.service.start_web_server()
