"""Everything that can be wrong with a record, or is unusual and taken all the same, on the deployed stack: the row's name says
what comes in. All cases are sent at once and waited for once."""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import bad_data
import bad_forms
import bad_keys
import bad_matches
import pytest
import rights
import taken_input
from bad_input import ACCEPTED, IGNORED, Case, Drafts, quarantined_form
from devstack.clients.stack import Stack
from devstack.events import Event
from devstack.waiting import until
from devstack.wiring import consumed
from sandbox import Sandbox

# What does not depend on what was sent before. Each case is sent in an SNS wrapping, too: an accepted one is a repeat then. In the
# round in which rights are checked, which do not depend on what is in a message, some cases of each row are enough.
ROWS: dict[str, Callable[[Drafts], Iterator[Case]]] = {
    "white space, null, a list, a text, a number, an empty object": bad_forms.no_object,
    "cut off, trailing garbage, single quotes, a byte order mark, NaN, half a surrogate pair": bad_forms.no_json,
    "nested beyond the parser's depth": bad_forms.nested,
    "the same member twice": bad_forms.the_same_member_twice,
    "specversion, id, source, type, subject or time missing or malformed": bad_forms.no_envelope,
    "another content type, data_base64, no data": bad_forms.no_data,
    "a member of data missing, of another type, out of range": bad_data.broken_data,
    "more than 40 pairs, or none": bad_data.too_many_pairs,
    "an attribute eventType that differs from the type": bad_forms.another_type_as_attribute,
    "a wrapping without a message, a confirmation": bad_forms.no_wrapping,
    "a type that the function does not take, on a queue of the topic's": bad_forms.not_handled,
    "a type that the queue does not take, on a queue for others": bad_forms.misplaced,
    "null for an optional member": taken_input.nulls,
    "an integer or a number in another spelling": taken_input.numbers,
    "U+FFFE, U+FFFF, NUL, emoji": taken_input.characters,
    "unknown members, a parameter of the content type": taken_input.unknown_members,
    "details of 200 KiB, of odd characters, of HTML and SQL": taken_input.large_or_odd_details,
    "a time years ago or ahead": taken_input.times,
    "no attributes, no deduplication id": taken_input.without_attributes_and_deduplication_id,
    "a good event in an SNS wrapping": taken_input.wrapped_good_events,
    "attributes of other and labelled types, ten of them": bad_forms.attributes,
}

# What depends on what was sent before.
KEYS: dict[str, Callable[[bad_keys.Known], Iterator[Case]]] = {
    "a known business key with other contents": bad_keys.conflicts,
    "a known business key with the same contents": bad_keys.repeats,
    "an envelope's id that was used before": bad_keys.envelope_ids_used_before,
    "a lower version of a partner": bad_keys.lower_versions,
    "the close of an unknown, released, other or closed match": bad_matches.closes,
    "the close of a pending match": bad_matches.close_of_a_pending_match,
    "an answer or a deferral on a queue for others": bad_matches.forged,
    "an answer or a deferral that is unknown or contradicts": bad_matches.unknown_or_contradictory,
    "a credit of a partner that is not registered": bad_matches.credits_of_strangers,
}


@dataclass
class Sent:
    """What was sent, by row, with the message ids, and what was quarantined of it."""

    rows: dict[str, list[tuple[str, Case]]]
    quarantined: dict[str, dict[str, Any]]
    causes: set[str]  # of all that was published


@pytest.fixture(scope="module")
def sent(stack: Stack) -> Sent:
    sandbox = Sandbox(stack)
    drafts = Drafts(sandbox, sandbox.partner("p", capacity=10_000, fee=1, points=1_000_000))
    known = bad_keys.Known(drafts)
    choose = with_wrapped if rights.are_checked(stack) else first_of
    cases = {row: choose(list(make(drafts))) for row, make in ROWS.items()}
    cases |= {row: list(make(known)) for row, make in KEYS.items()}
    rows = {row: send(stack, sandbox, of_row) for row, of_row in cases.items()}
    # A thousand records, and on a busy machine the requests that earlier tests left waiting for a partner.
    until(lambda: not set(consumed()) & stack.backlog().keys(), "all cases are handled", limit=300)
    until(lambda: stack.waiting("Quarantine") == 0, "the quarantine queue is read")
    quarantined = {event["data"]["messageId"]: event["data"] for event in stack.quarantine.events()}
    sandbox.marker()
    return Sent(rows, quarantined, {event["causationid"] for event in stack.listener.events()})


def first_of(cases: Sequence[Case]) -> Sequence[Case]:
    """A few, where rights are not checked: the other round, which takes less time, has them all."""
    return cases[:5]


def with_wrapped(cases: Sequence[Case]) -> list[Case]:
    """These cases, and each that is none yet in an SNS wrapping."""
    return [*cases, *(case.wrapped() for case in cases if '"TopicArn"' not in case.body)]


def event_of(body: str) -> Event:
    """The event in a body, raw or in a wrapping."""
    event: Event = json.loads(body)
    return json.loads(event["Message"]) if "Message" in event else event


def send(stack: Stack, sandbox: Sandbox, cases: Sequence[Case]) -> list[tuple[str, Case]]:
    """Sends these cases, those of a queue in their order, and returns them with their message ids."""
    sent: list[tuple[str, Case]] = []
    for queue in dict.fromkeys(case.queue for case in cases):
        of_queue = [case for case in cases if case.queue == queue]
        ids = stack.send_all(queue, [entry(sandbox, case) for case in of_queue])
        sent += zip(ids, of_queue, strict=True)
    return sent


def entry(sandbox: Sandbox, case: Case) -> dict[str, Any]:
    message: dict[str, Any] = {"MessageBody": case.body, "MessageAttributes": case.attributes}
    if case.queue not in ("Notification", "Statistics"):  # all others are FIFO
        message["MessageGroupId"] = sandbox.group
        if case.outcome != ACCEPTED:  # some bodies come more than once
            message["MessageDeduplicationId"] = str(uuid.uuid4())
    return message


@pytest.mark.parametrize("row", [*ROWS, *KEYS])
def test_each_record_gets_its_outcome(sent: Sent, row: str) -> None:
    assert sent.rows[row]
    for message_id, case in sent.rows[row]:
        shown = f"{case.queue}: {case.body[:300]}"
        quarantined = sent.quarantined.get(message_id)
        if case.outcome in (ACCEPTED, IGNORED):
            assert quarantined is None, f"{quarantined and quarantined['detail']} {shown}"
            case.effect()
        else:
            assert quarantined, f"not in quarantine, but {case.outcome}: {shown}"
            assert (quarantined["reason"], quarantined["body"]) == (case.outcome, case.body), shown
            attributes = {name: quarantined_form(attribute) for name, attribute in case.attributes.items()}
            assert quarantined["messageAttributes"] == attributes, shown
            assert case.path in quarantined["detail"], shown
            assert "+8210" not in quarantined["detail"]
        if case.outcome == IGNORED:
            assert event_of(case.body)["id"] not in sent.causes, shown
