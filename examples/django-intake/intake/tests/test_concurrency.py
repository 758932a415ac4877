from concurrent.futures import ThreadPoolExecutor

from django.test import SimpleTestCase

from .samples import submission
from .service import Service
from .support import CleanUpOnInterrupt


class ConcurrentRequests(CleanUpOnInterrupt, SimpleTestCase):
    """Concurrent calls with one idempotency key, to the web server with its threads."""

    def setUp(self):
        self.service = Service()
        self.addCleanup(self.service.close)
        self.service.start_web_server()

    def post_concurrently(self, *bodies):
        with ThreadPoolExecutor(len(bodies)) as pool:
            return list(pool.map(lambda body: self.service.post(body, "key-1"), bodies))

    def stored(self):
        counts = "select (select count(*) from intake_outboxevent), count(*) from intake_customerrequest"
        return self.service.query(counts)

    def test_one_key_is_one_request_and_one_answer(self):
        first, *others = self.post_concurrently(*[submission()] * 8)
        self.assertEqual(first[0], 202)
        self.assertEqual(others, [first] * 7)
        self.assertEqual(self.stored(), [(1, 1)])

    def test_of_two_payloads_under_one_key_one_is_accepted(self):
        bodies = [submission(details={"rooms": rooms}) for rooms in (1, 2)] * 4
        answers = self.post_concurrently(*bodies)
        odd, even = answers[::2], answers[1::2]
        for same in (odd, even):
            self.assertEqual(same, same[:1] * 4)
        self.assertEqual({odd[0][0], even[0][0]}, {202, 422})
        self.assertEqual(self.stored(), [(1, 1)])
