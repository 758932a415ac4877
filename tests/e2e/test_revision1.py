"""What revision 1 stored and published (revision1/README.md) is handled by the functions of today: a repeat is one, and a request
that was on its way goes on. Once in five minutes on one stack: the topic drops an event that it took before."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from counting import Statistics
from devstack.clients.accounts import audit
from devstack.clients.event_log import EventLog
from devstack.clients.stack import Stack, plain
from devstack.events import Event, envelope, match_id
from devstack.schemas import breaks_schema
from devstack.waiting import until
from release import Release

FOLDER = Path(__file__).with_name("revision1")
LEASED = "leased-2"  # the process that told its customer is as if it had died under the lease
# The requests that were on their way: what becomes of them, and how many texts that makes.
ENDS = {
    "pending": ("confirmed", "bright"),
    "pending-again": ("confirmed", "hop-rich"),
    "closing": ("closed", "bright"),
    "deferred": ("confirmed", "full"),
    "deferred-again": ("confirmed", "small"),
    "year-0": ("confirmed", "bright"),
    "short-phone": ("confirmed", "bright"),
}
# Revision 2 takes no such submissions any more: the one is of 0001-01-01T00:00:00+09:00, the other has the phone +82.
REFUSED = {"year-0", "short-phone"}
TEXTS = {LEASED: 1, "deferred": 1, "deferred-again": 1}


class Handled:
    """The release's items, after all its messages were sent again."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.release = stack, Release(stack, FOLDER)
        Statistics(stack).expect_the_version_before()
        self.release.store()
        self.before, self.texts_before = len(stack.listener.messages), stack.texts()

        self.release.send()
        decisions = set(self.release.saved("Matching"))  # their causes make matching publish them again
        for event, message in self.release.published:
            if message["body"] not in decisions or event["data"].get("requestId") in REFUSED:
                self.release.publish(message, at_this_moment=is_of_leased(event))  # what is a day old is not told
        saved = {body for table in self.release.items for body in self.release.saved(table)}
        until(lambda: saved <= set(self.published()), "what was saved is published again, byte for byte")

        self.make_room()
        until(lambda: self.ends() == ENDS, "the requests that were on their way are settled")
        until(lambda: self.texts() == TEXTS, "they are told")

    def make_room(self) -> None:
        """For the deferred requests: capacity at one partner, points for both."""
        (full,) = (event["data"] for event, _ in self.release.sent if event["data"].get("partnerId") == "full")
        self.stack.emit("partner.registered", full | {"version": 2, "capacity": 1}, group="full")
        for partner in ("full", "small"):
            data = {"purchaseId": f"room-for-{partner}", "partnerId": partner, "points": 200}
            self.stack.emit("points.purchased", data, group=partner)

    def published(self) -> list[str]:
        return [body for body, _ in self.stack.listener.since(self.before)]

    def ends(self) -> dict[str, Any]:
        requests = self.release.stored("Matching", "request")
        return {name: (requests[name]["state"], requests[name].get("partner")) for name in ENDS}

    def texts(self) -> dict[str, int]:
        """How many texts the customers of these requests got meanwhile."""
        texts = {request: len(self.texts_to(request)) for request in self.release.phones}
        return {request: count for request, count in texts.items() if count}

    def texts_to(self, request: str) -> list[str]:
        phone = self.release.phones[request]
        return self.stack.texts().get(phone, [])[len(self.texts_before.get(phone, [])) :]


def is_of_leased(event: Event) -> bool:
    return (event["type"], event["data"].get("requestId")) == ("request.matched", LEASED)


@pytest.fixture(scope="module")
def handled(stack: Stack) -> Handled:
    return Handled(stack)


def test_b38_no_message_of_the_release_is_quarantined_but_submissions_that_are_refused_now(handled: Handled) -> None:
    quarantined = {event["data"]["body"] for event in handled.stack.quarantine.events()}
    refused = {message["body"] for event, message in handled.release.sent if event["data"].get("requestId") in REFUSED}
    assert quarantined & set(handled.release.bodies) == refused
    assert len(refused) == len(REFUSED)


def test_what_is_published_anew_keeps_the_schemas(handled: Handled) -> None:
    known = {*handled.release.bodies, *(body for table in handled.release.items for body in handled.release.saved(table))}
    anew = [json.loads(body) for body in handled.published() if body not in known]
    assert "short-phone" in {event["data"].get("requestId") for event in anew}
    assert [event for event in anew if breaks_schema(event)] == []


def test_a_phone_that_is_too_short_is_none(handled: Handled) -> None:
    events = [json.loads(body) for body in handled.published() if '"short-phone"' in body]
    told = {(event["data"]["channel"], event["data"].get("reason")) for event in events if "notificationId" in event["data"]}
    assert told == {("none", "no_channel")}


@pytest.fixture(scope="module")
def log(handled: Handled) -> EventLog:
    """What the release published, and what was published since."""
    log = EventLog(list(ENDS))
    before = [message["body"] for event, message in handled.release.published if not is_of_leased(event)]
    for body in before + handled.published():
        log.add(body)
    return log


def test_b38_an_event_that_was_published_before_is_the_same_again(log: EventLog) -> None:
    assert log.contradictions == []


def test_b38_accounts_go_on_without_a_gap_and_no_match_is_charged_twice(handled: Handled, log: EventLog) -> None:
    accounts = audit(log.accounts)
    assert accounts.errors == []
    stored = {partner: item["balance"] for partner, item in handled.release.stored("Ledger", "partner").items()}
    assert stored.items() <= accounts.balances.items()


def test_capacity_is_freed_once(handled: Handled) -> None:
    changes = {name: partner["openMatches"] for name, partner in handled.release.stored("Matching", "partner").items()}
    for item in map(plain, handled.release.items["Matching"]):
        if item["sk"] == "partner":
            changes[item["pk"].removeprefix("partner#")] -= item["openMatches"]
    assert {name: change for name, change in changes.items() if change} == {"bright": -1, "full": 1, "small": 1}


def test_what_was_refused_and_told_before_is_remembered(handled: Handled, log: EventLog) -> None:
    match = log.requests["deferred-again"].match
    assert match and match.data["replaces"] == match_id("deferred-again", 1)
    (text,) = handled.texts_to("deferred-again")
    assert "바뀌었어요" in text  # another partner than the one that revision 1 told of


def test_every_event_is_counted_once(handled: Handled) -> None:
    expected = Counter({json.loads(body)["id"]: 1 for body in handled.published()})
    statistics = Statistics(handled.stack)

    def counted() -> Counter[str]:
        histories = statistics.table().histories.values()
        return Counter(event["id"] for history in histories for _, event in history if event["id"] in expected)

    until(lambda: counted() == expected, "each is counted, and none twice")


def test_other_contents_under_a_stored_key_are_a_conflict(handled: Handled) -> None:
    (stored,) = (event["data"] for event, _ in handled.release.sent if event["data"].get("requestId") == "confirmed")
    data = stored | {"details": {"rooms": 4}}
    message = handled.stack.send("Intake", json.dumps(envelope("request.submitted", data)), "conflict")
    assert handled.stack.quarantine.quarantined(message)["reason"] == "identity_conflict"
