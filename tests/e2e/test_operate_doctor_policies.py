"""`matchflow doctor` and the deployed policies: whom they let in, whom they refuse, and the commands that mend them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from devstack.clients.stack import Stack
from devstack.template import as_list
from doctoring import SERIOUS, Broken, findings, is_found_and_mended, mend
from operating import matchflow, run

pytestmark = pytest.mark.usefixtures("as_deployed")
Statements = list[dict[str, Any]]


def permitted(stack: Stack) -> dict[str, Any]:
    return {"QueueUrl": stack.queue("Outcomes"), "Label": "trying-it", "AWSAccountIds": ["222233334444"], "Actions": ["SendMessage"]}


def of_statements(code: str, queue: str, change: Callable[[Statements], Statements]) -> Broken:
    def parameters(stack: Stack) -> dict[str, Any]:
        url = stack.queue(queue)
        policy = json.loads(stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])
        return {"QueueUrl": url, "Attributes": {"Policy": json.dumps(policy | {"Statement": change(policy["Statement"])})}}

    return Broken(code, SERIOUS, "sqs", "set_queue_attributes", parameters)


def of_key_statements(code: str, change: Callable[[Statements], Statements]) -> Broken:
    def parameters(stack: Stack) -> dict[str, Any]:
        key = {"KeyId": stack.outputs["KeyArn"], "PolicyName": "default"}
        policy = json.loads(stack.client("kms").get_key_policy(**key)["Policy"])
        return key | {"Policy": json.dumps(policy | {"Statement": change(policy["Statement"])})}

    return Broken(code, SERIOUS, "kms", "put_key_policy", parameters)


def opened_topic(stack: Stack) -> dict[str, Any]:
    policy = json.loads(stack.sns.get_topic_attributes(TopicArn=stack.topic)["Attributes"]["Policy"])
    opened = {"Effect": "Allow", "Principal": "*", "Action": "sns:Subscribe", "Resource": stack.topic}
    document = policy | {"Statement": [*policy["Statement"], opened]}
    return {"TopicArn": stack.topic, "AttributeName": "Policy", "AttributeValue": json.dumps(document)}


@contextmanager
def policy_for_now(stack: Stack, queue: str, document: str) -> Iterator[None]:
    """A queue's policy is this one meanwhile."""
    url = stack.queue(queue)
    before = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {}).get("Policy", "")
    stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
    try:
        yield
    finally:
        stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": before})


def without(sid: str) -> Callable[[Statements], Statements]:
    return lambda statements: [one for one in statements if one["Sid"] != sid]


PUBLISHES = {"Label": "trying-it", "AWSAccountId": ["222233334444"], "ActionName": ["Publish"]}
READS = {"Effect": "Allow", "Principal": {"AWS": "222233334444"}, "Action": "kms:Decrypt", "Resource": "*"}
RECEIVES = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sqs:ReceiveMessage", "Resource": "*"}
BROKEN = [
    Broken("policy-foreign", SERIOUS, "sqs", "add_permission", permitted),
    Broken("policy-foreign", SERIOUS, "sns", "add_permission", lambda stack: {"TopicArn": stack.topic} | PUBLISHES),
    Broken("policy-foreign", SERIOUS, "sns", "set_topic_attributes", opened_topic),
    of_statements("policy-foreign", "Statistics", lambda statements: [*statements, RECEIVES]),
    of_statements("topic-may-not-send", "Statistics", without("TheTopicDelivers")),
    of_key_statements("policy-foreign", lambda statements: [*statements, READS]),
    of_key_statements("policy-foreign", lambda statements: [*statements, READS | {"Sid": "Reads"}]),
    of_key_statements("topic-may-not-use-key", without("TheTopicDeliversToEncryptedQueues")),
    of_key_statements("account-may-not-use-key", without("TheAccountGovernsItsKeyThroughIam")),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.code)
def test_a_broken_policy_is_found_and_mended_by_the_command_that_is_shown(stack: Stack, broken: Broken) -> None:
    is_found_and_mended(stack, broken)


def test_a_queue_without_its_policy_is_found_open_and_closed_to_the_topic(stack: Stack) -> None:
    with policy_for_now(stack, "Notification", ""):
        found = findings(expect=SERIOUS)
        text = run("doctor", expect=SERIOUS).stdout
    assert found.keys() == {"queue-open", "topic-may-not-send"}
    assert "docs/reference/doctor.md#queue-open" in text
    assert findings() == {}


def exempting(statement: dict[str, Any], key: str, value: str) -> dict[str, Any]:
    """A refusal that exempts something more."""
    equals = statement["Condition"]["ArnNotEquals"]
    return statement | {"Condition": {"ArnNotEquals": equals | {key: [*as_list(equals[key]), value]}}}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda deny: exempting(deny, "aws:PrincipalArn", "*"), "exempts * by ArnNotEquals aws:PrincipalArn"),
        (lambda deny: exempting(deny, "aws:SourceArn", "*"), "exempts * by ArnNotEquals aws:SourceArn"),
        (lambda deny: deny | {"Condition": {"ArnNotLike": {"aws:SourceArn": "*"}}}, "has a condition that is not the template's: ArnNotLike aws:SourceArn"),
    ],
    ids=["principals", "sources", "operator"],
)
def test_a_refusal_that_exempts_more_than_the_templates_is_found(stack: Stack, change: Callable[[dict[str, Any]], dict[str, Any]], what: str) -> None:
    deployed = stack.sqs.get_queue_attributes(QueueUrl=stack.queue("Statistics"), AttributeNames=["Policy"])["Attributes"]
    document = json.loads(deployed["Policy"])
    statements = [change(one) if one["Sid"] == "NobodyElseSends" else one for one in document["Statement"]]
    with policy_for_now(stack, "Statistics", json.dumps(document | {"Statement": statements})):
        found = findings(expect=SERIOUS)
    assert found.keys() == {"queue-open"}
    assert found["queue-open"]["what"] == f"the refusal NobodyElseSends of statistics {what}"
    assert findings() == {}


def test_a_refusal_that_names_nobody_by_a_parameter_is_set_again_by_the_command_that_is_shown(stack: Stack) -> None:
    with policy_for_now(stack, "Undelivered", ""):  # the one of before lets tests send there
        found = findings(expect=SERIOUS)
        assert found.keys() == {"queue-open", "topic-may-not-send"}
        mend(stack, found["queue-open"]["mend"])  # which mends both
        assert findings() == {}


def test_whom_a_queues_policy_lets_in_is_named(stack: Stack) -> None:
    role = "arn:aws:iam::222233334444:role/producer"
    sends = {"Sid": "ProducersSend", "Effect": "Allow", "Principal": {"AWS": role}, "Action": "sqs:SendMessage"}
    takes = sends | {"Sid": "Takes", "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"]}
    document = {"Version": "2012-10-17", "Statement": [sends, takes]}
    with policy_for_now(stack, "Intake", json.dumps(document)):  # which has none where no producers are named
        answer = matchflow("doctor", expect=SERIOUS)["findings"]
    assert [(finding["code"], finding["what"]) for finding in answer] == [
        ("policy-foreign", f"the policy of intake.fifo allows {role} sqs:ReceiveMessage, sqs:DeleteMessage (statement Takes)")
    ]
    assert findings() == {}


def test_a_key_whose_policy_lets_in_others_than_account_and_topic_is_found(stack: Stack) -> None:
    kms, key = stack.client("kms"), {"KeyId": stack.outputs["KeyArn"], "PolicyName": "default"}
    before = kms.get_key_policy(**key)["Policy"]
    kms.put_key_policy(**key, Policy=json.dumps({"Version": "2012-10-17", "Statement": [READS | {"Sid": "Reads"}]}))
    try:
        found = findings(expect=SERIOUS)
        mend(stack, found["policy-foreign"]["mend"])  # which mends all
        assert findings() == {}
    finally:
        kms.put_key_policy(**key, Policy=before)
    assert found.keys() == {"account-may-not-use-key", "topic-may-not-use-key", "policy-foreign"}
    assert found["policy-foreign"]["what"] == "the policy of the key allows 222233334444 kms:Decrypt (statement Reads)"
    assert findings() == {}
