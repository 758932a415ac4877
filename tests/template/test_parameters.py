"""What the template's parameters refuse, before CloudFormation changes anything."""

import re
from typing import Any

import pytest
from devstack.template import template

PARAMETERS: dict[str, dict[str, Any]] = template()["Parameters"]
PRINCIPALS = [name for name in PARAMETERS if name.endswith("Principals")]


def takes(parameter: str, value: str) -> bool:
    """Whether a parameter takes a value, or a list each of its values, by its pattern."""
    return re.fullmatch(PARAMETERS[parameter]["AllowedPattern"], value) is not None


@pytest.mark.parametrize("parameter", PRINCIPALS)
def test_who_may_send_is_named(parameter: str) -> None:
    assert PARAMETERS[parameter]["Type"] == "CommaDelimitedList"
    role = "arn:aws:iam::123456789012:role/"
    for named in ("", role + "teams/orders@2", "arn:aws-cn:iam::123456789012:user/kim"):
        assert takes(parameter, named), named
    for refused in ("*", role + "*", "arn:aws:iam::*:root", "arn:aws:iam::123456789012:*", "arn:aws:sts::123456789012:assumed-role/a/b"):
        assert not takes(parameter, refused), refused


def test_prod_has_an_alarm_topic() -> None:
    rule = template()["Rules"]["ProdNeedsAnAlarmTopic"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "Environment"}, "prod"]}
    (assertion,) = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmTopicArn"}, ""]}]}
    assert takes("AlarmTopicArn", "arn:aws:sns:ap-northeast-2:123456789012:on-call") and takes("AlarmTopicArn", "")
    assert not takes("AlarmTopicArn", "on-call")


@pytest.mark.parametrize("parameter", ["PartnerAdminPrincipals", "PaymentPrincipals"])
def test_prod_names_who_moves_points(parameter: str) -> None:
    rule = template()["Rules"]["ProdNamesWhoMovesPoints"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "Environment"}, "prod"]}
    nothing = {"Fn::EachMemberEquals": [{"Ref": parameter}, ""]}
    assert {"Fn::Not": [nothing]} in [assertion["Assert"] for assertion in rule["Assertions"]]


@pytest.mark.parametrize("parameter", [name for name, body in PARAMETERS.items() if body["Type"] == "CommaDelimitedList"])
def test_a_list_is_empty_only_if_all_of_its_values_are(parameter: str) -> None:
    """After a leading comma the first value is empty, and a policy that depended on it would be left out in silence."""
    empty = {"Fn::Equals": [{"Fn::Join": ["", {"Ref": parameter}]}, ""]}
    conditions = [body for name, body in template()["Conditions"].items() if parameter in str(body)]
    assert conditions == [{"Fn::Not": [empty]}]


def test_an_account_that_may_subscribe_is_named_by_its_id() -> None:
    assert takes("SubscriberAccounts", "") and takes("SubscriberAccounts", "123456789012")
    assert not takes("SubscriberAccounts", "*") and not takes("SubscriberAccounts", "arn:aws:iam::123456789012:root")


@pytest.mark.parametrize("account", ["123456789012", "arn:aws-cn:iam::123456789012:root"])
def test_a_whole_account_may_send_requests_alone(account: str) -> None:
    """The other queues deny everybody but the ARNs that are named, and a role of an account has another ARN than the account."""
    assert {name for name in PRINCIPALS if takes(name, account)} == {"ProducerPrincipals"}
