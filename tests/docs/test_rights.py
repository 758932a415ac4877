"""The smaller policies that pages show."""

import json
import re

from devstack.project import ROOT


def page(name: str) -> str:
    return (ROOT / f"docs/do/{name}.md").read_text()


def test_who_unlocks_a_partner_names_partners_items_alone() -> None:
    """Without `Null` the condition holds, too, for a request that names no key: a set operator on nothing is true."""
    (policy,) = re.findall(r"```json\n(.*?)```", page("partners"), re.S)
    items, _ = json.loads(policy)["Statement"]
    assert items["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": "partner#*"},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


def test_the_log_of_texts_is_made_by_hand_and_its_role_writes_to_it_alone() -> None:
    (policy,) = re.findall(r"--role-name sms-delivery-log --policy-name log --policy-document \\\n +(.*)", page("operate"))
    statement = json.loads(policy.replace("'", ""))["Statement"][0]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"] == "arn:aws:logs:$REGION:$ACCOUNT:log-group:$LOG:*"
