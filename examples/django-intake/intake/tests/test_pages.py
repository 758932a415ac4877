from html.parser import HTMLParser

from django.test import Client, TestCase
from django.urls import reverse

from intake import inbox
from intake.models import OutboxEvent

from .samples import SampleEvents, message, stored_request


class Page(HTMLParser):
    """The text and the tags of a page."""

    def __init__(self, answer):
        super().__init__()
        self.text, self.tags = "", []
        self.feed(answer.content.decode())

    def handle_data(self, data):
        self.text += " ".join(data.split()) + " "

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


class RequestPage(TestCase):
    def setUp(self):
        stored_request()
        self.samples = SampleEvents("req-1")
        self.match = self.samples.matched(1)

    def page(self, path="/requests/req-1"):
        return Page(self.client.get(path))

    def store(self, *events):
        inbox.store([message(event) for event in events])

    def test_it_shows_each_event_once_it_is_stored(self):
        self.assertIn("We are looking for a partner", self.page().text)
        self.store(self.match)
        self.assertIn("We found Partner <1>", self.page().text)
        self.assertIn("Charging the partner…", self.page().text)
        self.store(self.samples.charged(self.match), self.samples.notified(self.match))
        for text in ("Partner <1> is on it", "2,500 points", "You were told by text message"):
            self.assertIn(text, self.page().text)

    def test_it_reloads_or_polls_until_the_request_reaches_a_final_state(self):
        refresh = ("meta", {"http-equiv": "refresh", "content": "3"})
        self.assertIn(refresh, self.page().tags)
        self.assertIn(("div", {"id": "progress", "data-url": "/requests/req-1/progress"}), self.page().tags)
        self.assertIn("Request received", self.page("/requests/req-1/progress").text)
        self.store(self.match, self.samples.charged(self.match), self.samples.notified(self.match))
        self.assertNotIn(refresh, self.page().tags)
        timeline = ("ol", {"class": "card timeline", "data-final": None})
        self.assertIn(timeline, self.page("/requests/req-1/progress").tags)

    def test_every_event_has_a_text(self):
        reasons = ["no_channel", "refused", "prefix_not_allowed", "too_late"]
        self.store(self.match, self.samples.refused(self.match), self.samples.decision("deferred", 2))
        self.store(self.samples.decision("unmatched", 3, reason="no_capacity"))
        self.store(*(self.samples.not_notified(self.match, "none", reason) for reason in reasons))
        for text in ("too few points", "Nobody was free", "nobody was free in time", "You could not be told"):
            self.assertIn(text, self.page().text)

    def test_the_phone_number_is_not_shown(self):
        self.store(self.match)
        for path in ("/requests/req-1", "/requests/req-1.json"):
            self.assertNotIn("99007", self.client.get(path).content.decode())
        self.assertIn("+82 ··· 77", self.page().text)

    def test_json_is_chosen_by_suffix_and_by_the_accept_header(self):
        self.store(self.match, self.samples.charged(self.match), self.samples.notified(self.match))
        answer = self.client.get("/requests/req-1", headers={"Accept": "application/json"})
        self.assertEqual(answer.json(), self.client.get("/requests/req-1.json").json())
        self.assertEqual((answer.json()["status"], answer.json()["atRest"]), ("charged", True))
        self.assertIn("Accept", answer["Vary"])
        browser = self.client.get("/requests/req-1", headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})
        self.assertEqual(browser["Content-Type"], "text/html; charset=utf-8")

    def test_unknown_requests(self):
        for path in ("/requests/req-2", "/requests/req-2.json", "/requests/req-2/progress"):
            self.assertEqual(self.client.get(path).status_code, 404)


class Form(TestCase):
    def fields(self, answer=None, **changes):
        """The fields of the form in this answer, filled in."""
        page = Page(answer or self.client.get(reverse("home")))
        key = next(attrs["value"] for tag, attrs in page.tags if attrs.get("name") == "key")
        values = {"category": "cleaning", "region": "KR-11", "customer": "cus-1", "phone": "", "note": ""}
        return {"key": key} | values | changes

    def test_it_sends_one_request_however_often_it_is_clicked(self):
        fields = self.fields(phone="+821000990077", note="two rooms")
        first, second = (self.client.post("/", fields) for _ in range(2))
        self.assertEqual((first.status_code, first["Location"]), (302, second["Location"]))
        self.assertEqual(self.client.get(first["Location"]).status_code, 200)
        self.assertIn('"details": {"note": "two rooms"}', OutboxEvent.objects.get().body)

    def test_a_changed_form_is_refused_once_and_then_sent_with_a_new_key(self):
        fields = self.fields()
        self.client.post("/", fields)
        refused = self.client.post("/", fields | {"note": "two rooms"})
        self.assertContains(refused, "used for another request")
        self.assertEqual(self.client.post("/", self.fields(refused, note="two rooms")).status_code, 302)
        self.assertEqual(OutboxEvent.objects.count(), 2)

    def test_each_error_is_shown_at_its_field(self):
        page = Page(self.client.post("/", self.fields(phone="010")))
        self.assertIn("Expected an E.164 phone number", page.text)
        phone = next(attrs for _, attrs in page.tags if attrs.get("name") == "phone")
        self.assertEqual(phone.get("aria-invalid"), "true")
        self.assertFalse(OutboxEvent.objects.exists())

    def test_another_site_cannot_post_it(self):
        self.assertEqual(Client(enforce_csrf_checks=True).post("/", self.fields()).status_code, 403)
