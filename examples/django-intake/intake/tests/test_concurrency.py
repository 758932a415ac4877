from concurrent.futures import ThreadPoolExecutor

from django.test import SimpleTestCase

from .harness import CleansUp
from .neighbour import Neighbour
from .samples import submission


class AtOnce(CleansUp, SimpleTestCase):
    """The web server as it runs, its threads side by side."""

    def setUp(self):
        self.neighbour = Neighbour()
        self.addCleanup(self.neighbour.close)
        self.neighbour.web()

    def answers(self, *bodies):
        with ThreadPoolExecutor(len(bodies)) as pool:
            return list(pool.map(lambda body: self.neighbour.post(body, "key-1"), bodies))

    def stored(self):
        return self.neighbour.query(
            "select (select count(*) from intake_outboxevent), count(*) from intake_customerrequest"
        )

    def test_one_key_is_one_request_and_one_answer(self):
        first, *others = self.answers(*[submission()] * 8)
        self.assertEqual(first[0], 202)
        self.assertEqual(others, [first] * 7)
        self.assertEqual(self.stored(), [(1, 1)])

    def test_of_two_payloads_under_one_key_one_is_taken(self):
        bodies = [submission(details={"rooms": rooms}) for rooms in (1, 2)] * 4
        answers = self.answers(*bodies)
        odd, even = answers[::2], answers[1::2]
        for same in (odd, even):
            self.assertEqual(same, same[:1] * 4)
        self.assertEqual({odd[0][0], even[0][0]}, {202, 422})
        self.assertEqual(self.stored(), [(1, 1)])
