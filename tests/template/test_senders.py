"""Who may send to which queue, whatever IAM allows."""

from typing import Any

import pytest
from devstack.template import consumers, resources, statements, target, template

TOPIC = {"Ref": "EventsTopic"}
OPERATORS = {"Fn::If": ["HasOperators", {"Ref": "OperatorPrincipals"}, {"Ref": "AWS::NoValue"}]}
SET_ASIDE_BY = {dead_letters: consumer for consumer in consumers() for dead_letters in consumer.dead_letter_queues.values()}
NAMED = {
    "ProducersSend": "ProducerPrincipals",
    "ThePartnerAdminSends": "PartnerAdminPrincipals",
    "ThePaymentSystemSends": "PaymentPrincipals",
}


def policy(queue: str) -> dict[str, dict[str, Any]]:
    """Sid → statement of a queue's policy."""
    document = template()["Resources"][f"{queue}Policy"]["Properties"]["PolicyDocument"]
    return {statement["Sid"]: statement for statement in statements(document)}


def test_a_queue_takes_from_the_topic_and_from_whom_the_contracts_name() -> None:
    senders = {target(s["Endpoint"]): {"TheTopicDelivers", "NobodyElseSends"} for s in resources("SNS::Subscription").values()}
    senders |= {"IntakeQueue": {"ProducersSend"}, "UndeliveredQueue": {"TheTopicSetsAside", "NobodyElseSends"}}
    senders["PointsQueue"] |= {"ThePaymentSystemSends"}
    senders["PartnersQueue"] = {"ThePartnerAdminSends", "NobodyElseSends"}
    senders |= {dead_letters: {"NobodyElseSends"} for dead_letters in SET_ASIDE_BY}
    assert {target(body["Queues"][0]): body["Queues"][1:] for body in resources("SQS::QueuePolicy").values()} == dict.fromkeys(senders, [])
    for queue, sids in senders.items():
        assert policy(queue).keys() == sids
        for sid, statement in policy(queue).items():
            assert (statement["Action"], target(statement["Resource"])) == ("sqs:SendMessage", queue)
            assert statement["Effect"] == ("Deny" if sid == "NobodyElseSends" else "Allow")
            if sid.startswith("TheTopic"):
                assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
                assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": TOPIC}}
            elif sid in NAMED:
                assert (statement["Principal"], "Condition" in statement) == ({"AWS": {"Ref": NAMED[sid]}}, False)


@pytest.mark.parametrize(
    ("queue", "allowed"),
    [
        ("PartnersQueue", {"aws:PrincipalArn": {"Ref": "PartnerAdminPrincipals"}}),
        ("UndeliveredQueue", {"aws:SourceArn": TOPIC}),
        *((f"{queue}Queue", {"aws:SourceArn": TOPIC, "aws:PrincipalArn": OPERATORS}) for queue in ("Outcomes", "Deferred")),
        *((f"{queue}Queue", {"aws:SourceArn": TOPIC, "aws:PrincipalArn": OPERATORS}) for queue in ("Notification", "Statistics")),
    ],
)
def test_nobody_else_sends_whatever_iam_allows(queue: str, allowed: dict[str, Any]) -> None:
    """Without a Deny, any role of this account that IAM lets send to every queue could set fees, give points back, or send texts."""
    deny = policy(queue)["NobodyElseSends"]
    assert (deny["Principal"], deny["Condition"]) == ("*", {"ArnNotEquals": allowed})


def test_nobody_but_the_topic_operators_and_the_payment_system_sends_to_points_if_that_is_named() -> None:
    *_, conditional = template()["Resources"]["PointsQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert conditional["Fn::If"][0] == "HasPayment"
    deny = policy("PointsQueue")["NobodyElseSends"]
    assert deny["Principal"] == "*" and deny["Condition"].keys() == {"ArnNotEquals"}
    allowed = deny["Condition"]["ArnNotEquals"]
    assert allowed.keys() == {"aws:SourceArn", "aws:PrincipalArn"} and allowed["aws:SourceArn"] == TOPIC
    condition, with_operators, payment = allowed["aws:PrincipalArn"]["Fn::If"]
    assert (condition, payment) == ("HasOperators", {"Ref": "PaymentPrincipals"})
    assert with_operators == joined(listed("PaymentPrincipals"), listed("OperatorPrincipals"))


@pytest.mark.parametrize("dead_letters", SET_ASIDE_BY)
def test_nobody_but_its_function_and_who_puts_them_back_sends_a_dead_letter(dead_letters: str) -> None:
    """Else a role that IAM lets send to every queue could forge one, and an operator would put it onto a queue that is trusted.
    SQS's own moves bring no principal: `Null` lets them be, since a key that a request does not bring is not equal."""
    has_them, them = ("HasPartnerAdmin", "PartnerAdminPrincipals") if dead_letters.startswith("Partners") else ("HasOperators", "OperatorPrincipals")
    deny, role = policy(dead_letters)["NobodyElseSends"], SET_ASIDE_BY[dead_letters].properties["Role"]
    assert deny["Principal"] == "*"
    assert deny["Condition"] == {
        "Null": {"aws:PrincipalArn": "false"},
        "ArnNotEquals": {"aws:PrincipalArn": {"Fn::If": [has_them, joined(role, listed(them)), role]}},
    }


def listed(parameter: str) -> dict[str, Any]:
    return {"Fn::Join": [",", {"Ref": parameter}]}


def joined(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"Fn::Split": [",", {"Fn::Join": [",", list(parts)]}]}


def test_the_partners_queue_has_a_policy_if_its_admin_is_named() -> None:
    assert template()["Resources"]["PartnersQueuePolicy"]["Condition"] == "HasPartnerAdmin"
