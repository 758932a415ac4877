from html.parser import HTMLParser

from django.test import Client, TestCase
from django.urls import reverse

from intake import inbox
from intake.models import OutboxEvent

from .samples import Published, message, stored_request


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
        self.published = Published("req-1")
        self.match = self.published.matched(1)

    def page(self, path="/requests/req-1"):
        return Page(self.client.get(path))

    def arrive(self, *events):
        inbox.store([message(event) for event in events])

    def test_it_shows_what_happened_as_it_happens(self):
        self.assertIn("We are looking for a partner", self.page().text)
        self.arrive(self.match)
        self.assertIn("We found Partner <1>", self.page().text)
        self.assertIn("Charging the partner…", self.page().text)
        self.arrive(self.published.charged(self.match), self.published.told(self.match))
        for text in ("Partner <1> is on it", "2,500 points", "You were told by text message"):
            self.assertIn(text, self.page().text)

    def test_it_reloads_or_polls_until_the_request_is_at_rest(self):
        refresh = ("meta", {"http-equiv": "refresh", "content": "3"})
        self.assertIn(refresh, self.page().tags)
        self.assertIn(("div", {"id": "progress", "data-url": "/requests/req-1/progress"}), self.page().tags)
        self.assertIn("Request received", self.page("/requests/req-1/progress").text)
        self.arrive(self.match, self.published.charged(self.match), self.published.told(self.match))
        self.assertNotIn(refresh, self.page().tags)
        self.assertIn(
            ("ol", {"class": "card timeline", "data-at-rest": None}), self.page("/requests/req-1/progress").tags
        )

    def test_every_event_has_words(self):
        reasons = ["no_channel", "refused", "prefix_not_allowed", "too_late"]
        self.arrive(self.match, self.published.refused(self.match), self.published.decision("deferred", 2))
        self.arrive(self.published.decision("unmatched", 3, reason="no_capacity"))
        self.arrive(*(self.published.not_told(self.match, "none", reason) for reason in reasons))
        for text in ("too few points", "Nobody was free", "nobody was free in time", "You could not be told"):
            self.assertIn(text, self.page().text)

    def test_the_phone_number_is_not_shown(self):
        self.arrive(self.match)
        for path in ("/requests/req-1", "/requests/req-1.json"):
            self.assertNotIn("99007", self.client.get(path).content.decode())
        self.assertIn("+82 ··· 77", self.page().text)

    def test_json_by_name_and_by_accept(self):
        self.arrive(self.match, self.published.charged(self.match), self.published.told(self.match))
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
        """The form that this answer holds, filled in."""
        page = Page(answer or self.client.get(reverse("home")))
        key = next(attrs["value"] for tag, attrs in page.tags if attrs.get("name") == "key")
        return {
            "key": key,
            "category": "cleaning",
            "region": "KR-11",
            "customer": "cus-1",
            "phone": "",
            "note": "",
        } | changes

    def test_it_sends_one_request_however_often_it_is_clicked(self):
        fields = self.fields(phone="+821000990077", note="two rooms")
        first, second = (self.client.post("/", fields) for _ in range(2))
        self.assertEqual((first.status_code, first["Location"]), (302, second["Location"]))
        self.assertEqual(self.client.get(first["Location"]).status_code, 200)
        self.assertIn('"details": {"note": "two rooms"}', OutboxEvent.objects.get().body)

    def test_changed_and_sent_again_it_takes_a_second_click(self):
        fields = self.fields()
        self.client.post("/", fields)
        refused = self.client.post("/", fields | {"note": "two rooms"})
        self.assertContains(refused, "used for another request")
        self.assertEqual(self.client.post("/", self.fields(refused, note="two rooms")).status_code, 302)
        self.assertEqual(OutboxEvent.objects.count(), 2)

    def test_errors_stand_by_their_fields(self):
        page = Page(self.client.post("/", self.fields(phone="010")))
        self.assertIn("Expected an E.164 phone number", page.text)
        self.assertTrue(
            any(attrs.get("name") == "phone" and attrs.get("aria-invalid") == "true" for _, attrs in page.tags)
        )
        self.assertFalse(OutboxEvent.objects.exists())

    def test_another_site_cannot_post_it(self):
        self.assertEqual(Client(enforce_csrf_checks=True).post("/", self.fields()).status_code, 403)
