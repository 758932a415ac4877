from django.test import SimpleTestCase, tag

from .harness import CleansUp
from .market import Market
from .neighbour import Neighbour


@tag("stack")
class StackTest(CleansUp, SimpleTestCase):
    """A market and a neighbour of the test's own, beside the running stack. The web server runs."""

    def setUp(self):
        self.market = Market(self)
        self.neighbour = Neighbour()
        self.addCleanup(self.neighbour.close)
        self.server = self.neighbour.web()
