"""Partners: who can register one, and the documented way back for one that is locked."""

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from devstack.clients.stack import Stack
from devstack.events import Event, envelope
from documented import commands, page
from rights import is_refused, may_send, queue_arn, queue_policy, skip_if_unchecked, user
from sandbox import Sandbox

HIGHEST = 2**53 - 1


def test_a_registration_on_intake_is_quarantined_and_changes_nothing(stack: Stack, sandbox: Sandbox) -> None:
    """A producer of requests can neither set a fee nor lock a partner."""
    partner = sandbox.partner("p", fee=100, points=1_000)
    hostile = sandbox.registration(partner, version=HIGHEST, fee=1)
    assert reason(stack, send(stack, "Intake", hostile)) == "breaks_contract"
    sandbox.one("points.deducted", requestId=sandbox.request("r1"), partnerId=partner, points=100)

    sandbox.register(partner, version=2, fee=150)
    sandbox.one("points.deducted", requestId=sandbox.request("r2"), partnerId=partner, points=150)


def test_a_bad_record_on_the_partners_queue_is_quarantined_and_its_group_goes_on(stack: Stack, sandbox: Sandbox) -> None:
    partner, misplaced = f"p-{sandbox.tag}", f"misplaced-{sandbox.tag}"
    submission = envelope("request.submitted", sandbox.submission(misplaced))
    sent = [
        stack.send("Partners", json.dumps(submission), partner),
        send(stack, "Partners", sandbox.registration(partner, capacity=100_001)),
    ]
    sandbox.register(partner)
    assert [reason(stack, message_id) for message_id in sent] == ["breaks_contract"] * 2
    assert sandbox.one("request.matched", requestId=sandbox.request("r"))["data"]["partner"]["id"] == partner
    assert stack.query("Matching", f"request#{misplaced}") == []


def test_a_locked_partner_comes_back_as_the_documentation_says(stack: Stack, sandbox: Sandbox) -> None:
    partner = sandbox.partner("p", fee=100, points=1_000)
    mistake = {"fee": 900, "regions": ["KR-26"]}
    sandbox.register(partner, version=HIGHEST, **mistake)
    sandbox.register(partner, version=2, fee=150)
    assert registered(sandbox, partner) == sandbox.registration(partner, version=HIGHEST, **mistake), "version 2 is ignored"

    text = page("do/partners.md", stack).replace("partner#p-1", f"partner#{partner}").replace('":last": {"N": "7"}', '":last": {"N": "1"}')
    (rights,) = re.findall(r"```json\n(.*?)```", text, re.S)
    policy = json.loads(rights)
    del policy["Statement"][0]["Condition"]["Null"]  # the engine does not know the key
    operator = user(stack, f"operator-{sandbox.tag}", policy)
    look, lower = commands(text, "dynamodb", operator("dynamodb"))
    assert look()["Item"]["registered"]["M"]["version"] == {"N": str(HIGHEST)}
    lower()
    with pytest.raises(ClientError, match="ConditionalCheckFailedException"):
        lower()
    assert registered(sandbox, partner) == sandbox.registration(partner, version=1, **mistake)

    again = send(stack, "Partners", sandbox.registration(partner, version=1, fee=100))
    assert reason(stack, again) == "identity_conflict"
    sandbox.register(partner, version=2, fee=150)
    assert registered(sandbox, partner) == sandbox.registration(partner, version=2, fee=150)
    sandbox.one("points.deducted", requestId=sandbox.request("r"), partnerId=partner, points=150)
    elsewhere = sandbox.request("elsewhere", region="KR-26")
    assert sandbox.one("request.unmatched", requestId=elsewhere)["data"]["reason"] == "no_partner"


def test_only_the_partner_admin_sends_to_the_partners_queue(stack: Stack, sandbox: Sandbox) -> None:
    skip_if_unchecked(stack)
    partner, name = sandbox.partner("p", fee=100), f"partner-admin-{sandbox.tag}"
    producer = user(stack, f"producer-{sandbox.tag}", may_send(queue_arn(stack, "Intake")))
    anywhere = user(stack, f"anywhere-{sandbox.tag}", may_send("*"))
    admin = user(stack, name, may_send(queue_arn(stack, "Partners")))

    def cannot_register(clients: Any, version: int) -> bool:
        data = sandbox.registration(partner, version=version, fee=version * 100)
        return is_refused(lambda: send(stack, "Partners", data, clients("sqs")))

    assert cannot_register(producer, 2)
    with queue_policy(stack, "Partners", PartnerAdminPrincipals=[f"arn:aws:iam::000000000000:user/{name}"]):
        assert cannot_register(producer, 3)
        assert cannot_register(anywhere, 4)
        assert not cannot_register(admin, 5)
    sandbox.register(partner, version=1)  # a lower version: waits until the admin's is handled
    assert registered(sandbox, partner) == sandbox.registration(partner, version=5, fee=500)


def send(stack: Stack, queue: str, registration: Event, sqs: Any = None) -> str:
    """Sends a registration to a queue; returns the message's id."""
    body = json.dumps(envelope("partner.registered", registration))
    sqs = sqs or stack.sqs
    return str(sqs.send_message(QueueUrl=stack.queue(queue), MessageBody=body, MessageGroupId=registration["partnerId"])["MessageId"])


def reason(stack: Stack, message_id: str) -> str:
    """The reason why a message was quarantined."""
    return str(stack.quarantine.quarantined(message_id)["reason"])


def registered(sandbox: Sandbox, partner: str) -> Event:
    """The registration in force, as it was sent."""
    return {name: value for name, value in sandbox.registered(partner).items() if name != "active"}
