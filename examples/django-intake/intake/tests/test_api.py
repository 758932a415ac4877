import json
from unittest import mock

from django.db import transaction
from django.test import TestCase, TransactionTestCase
from django.urls import reverse

from intake import submissions
from intake.models import CustomerRequest, IdempotencyKey, OutboxEvent

from .samples import submission


class Api(TestCase):
    def post(self, body, key="key-1", **options):
        options = {"content_type": "application/json", "headers": {"Idempotency-Key": key} if key else {}} | options
        return self.client.post(reverse("submit"), body, **options)

    def assert_problem(self, answer, status, kind):
        self.assertEqual((answer.status_code, answer["Content-Type"]), (status, "application/problem+json"))
        self.assertEqual(answer.json()["type"], f"/#{kind}")
        self.assertContains(self.client.get("/"), f'id="{kind}"')  # the text that `type` refers to
        self.assertEqual(OutboxEvent.objects.count(), CustomerRequest.objects.count())

    def test_one_transaction_stores_request_answer_and_event(self):
        answer = self.post(submission())
        request, event = CustomerRequest.objects.get(), OutboxEvent.objects.get()
        self.assertEqual((answer.status_code, answer["Location"]), (202, f"/requests/{request.id}"))
        self.assertEqual(answer.json(), {"requestId": request.id, "page": answer["Location"]})
        self.assertEqual((event.type, event.group, event.correlation_id), ("request.submitted", "cus-1", request.id))
        body = json.loads(event.body)
        wanted = submission(requestId=request.id, customer={"id": "cus-1", "phone": "+821000990077", "locale": "ko-KR"})
        self.assertEqual(body["data"], wanted)
        self.assertEqual((body["specversion"], body["id"], body["type"]), ("1.0", event.event_id, "request.submitted"))
        self.assertEqual(body["time"], request.submitted_at.isoformat())

    def test_a_repeat_gets_the_first_answer_and_sends_nothing(self):
        first = self.post(submission())
        again = self.post(
            '{"region": "KR-11", "details": {"rooms": 3}, "category": "cleaning", "more": 1, '
            '"customer": {"phone": "+821000990077", "locale": "ko-KR", "id": "cus-1"}}',
            key='"key-1"',
        )
        self.assertEqual((again.status_code, again.content, again["Location"]), (202, first.content, first["Location"]))
        self.assertEqual(OutboxEvent.objects.count(), 1)

    def test_the_key_with_another_payload_is_refused(self):
        self.post(submission())
        self.assert_problem(self.post(submission(details={"rooms": 4})), 422, "idempotency-key-reused")
        self.assertEqual(OutboxEvent.objects.count(), 1)

    def test_another_key_is_another_request(self):
        ids = {self.post(submission(), key=key).json()["requestId"] for key in ("a", "b", "A")}
        self.assertEqual(len(ids), 3)

    def test_a_key_is_needed(self):
        for key in (None, "", '""', "a b", "é", "x" * 256):
            with self.subTest(key=key):
                self.assert_problem(self.post(submission(), key=key), 400, "idempotency-key")

    def test_a_refused_request_leaves_its_key_free(self):
        answer = self.post(submission(region="01012345678"))
        self.assert_problem(answer, 400, "fields")
        error = {"pointer": "#/region", "detail": "expected an ISO 3166-2 region such as KR-11"}
        self.assertEqual(answer.json()["errors"], [error])
        self.assertNotIn("01012345678", answer.content.decode())
        self.assertEqual(self.post(submission()).status_code, 202)

    def test_a_body_that_is_not_json_is_refused(self):
        self.assert_problem(self.post("{"), 400, "json")
        self.assert_problem(self.post("{}", content_type="text/plain"), 415, "json")

    def test_a_request_whose_event_would_be_too_large_is_refused(self):
        self.assert_problem(self.post(submission(details={"note": "x" * 256 * 1024})), 413, "too-large")
        escaped = json.dumps(submission(details={"note": "방" * 60_000}), ensure_ascii=False)  # twice as long in ASCII
        self.assert_problem(self.post(escaped), 413, "too-large")
        self.assertEqual(self.post(submission(details={"note": "x" * 250 * 1024})).status_code, 202)

    def test_other_methods_are_not_allowed(self):
        answer = self.client.get(reverse("submit"))
        self.assertEqual((answer.status_code, answer["Allow"]), (405, "POST"))

    def test_an_unknown_request_is_not_found(self):
        self.assert_problem(self.client.get("/requests/req-2.json"), 404, "unknown")

    def test_health(self):
        self.assertEqual(self.client.get(reverse("health")).content, b"ok")


class Transactions(TransactionTestCase):
    def test_a_failure_half_way_stores_nothing(self):
        fail = mock.patch.object(OutboxEvent.objects, "create", side_effect=RuntimeError)
        with fail, self.assertRaises(RuntimeError):
            submissions.accept("key-1", submission(customer={"id": "c", "locale": "ko-KR"}))
        self.assert_nothing_stored()

    def test_a_rollback_of_the_outer_transaction_stores_nothing(self):
        with self.assertRaises(RuntimeError), transaction.atomic():
            submissions.accept("key-1", submission(customer={"id": "c", "locale": "ko-KR"}))
            raise RuntimeError
        self.assert_nothing_stored()

    def assert_nothing_stored(self):
        for model in (CustomerRequest, IdempotencyKey, OutboxEvent):
            self.assertFalse(model.objects.exists(), model)
