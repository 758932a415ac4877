"""What the template's policies of the key, the topic and the queues allow and refuse, for the wiring."""

import re
from typing import Any

from devstack.template import Properties, as_list, name, resources, statements, target, template


def refusing() -> dict[str, Any]:
    """What the policies of the topic and the queues refuse."""
    (topic,) = resources("SNS::TopicPolicy").values()
    return {"topic": refuse_statements(topic["PolicyDocument"]), "queues": queues_refusing()}


def queues_refusing() -> dict[str, Any]:
    """The queues whose policy refuses other senders: always, or where the senders are named by a parameter."""
    found: dict[str, Any] = {}
    for logical_id, properties in resources("SQS::QueuePolicy").items():
        document = properties["PolicyDocument"]
        refusals = refuse_statements(document)
        always = [statement.get("Sid") for statement in document["Statement"]]
        conditional = "Condition" in template()["Resources"][logical_id] or not {refusal["sid"] for refusal in refusals} <= {*always}
        if refusals:
            entry = {"when": "whereNamed" if conditional else "always", "statements": refusals}
            found |= {name(target(queue)): entry for queue in as_list(properties["Queues"])}
    return found


def allowing() -> dict[str, Any]:
    """What the policies of the key, the topic and the queues allow, in statements under a condition, too."""
    (key,), (topic,) = resources("KMS::Key").values(), resources("SNS::TopicPolicy").values()
    policies = resources("SQS::QueuePolicy").values()
    queues = {name(target(queue)): allow_statements(properties["PolicyDocument"]) for properties in policies for queue in as_list(properties["Queues"])}
    return {
        "key": allow_statements(key["KeyPolicy"]),
        "topic": allow_statements(topic["PolicyDocument"]),
        "queues": {queue: found for queue, found in queues.items() if found},
    }


def allow_statements(policy: Properties) -> list[dict[str, Any]]:
    return [
        {
            "sid": statement["Sid"],
            "principals": principals(statement["Principal"]),
            "actions": as_list(statement["Action"]),
            "conditions": conditions(statement),
        }
        for statement in statements(policy)
        if statement["Effect"] == "Allow"
    ]


def conditions(statement: Properties) -> dict[str, list[str]]:
    """The keys of a statement's conditions, by operator. The doctor can set them where they compare with nothing but the topic."""
    found = {operator: list(keys) for operator, keys in statement.get("Condition", {}).items()}
    known = {"account": set(), "topic": {"aws:SourceArn"}}.get(principals(statement["Principal"]))
    if known is not None and {key for keys in found.values() for key in keys} != known:
        raise ValueError(f"{statement['Sid']} has conditions whose values the doctor does not know: see deployed_policy.rs")
    return found


def refuse_statements(policy: Properties) -> list[dict[str, Any]]:
    return [
        {
            "sid": statement["Sid"],
            "actions": as_list(statement["Action"]),
            "conditions": [
                {"operator": operator, "key": key} | exempt(key, value)
                for operator, keys in statement["Condition"].items()
                for key, value in keys.items()
            ],
        }
        for statement in statements(policy)
        if statement["Effect"] == "Deny"
    ]


def exempt(key: str, value: Any) -> dict[str, Any]:
    """The kind of what a condition of a refusal exempts, and whether a parameter can leave the condition out."""
    match key, value:
        case _, str():
            return {"exempt": {"text": value}, "optional": False}
        case "aws:SourceArn", {"Ref": "EventsTopic"}:
            return {"exempt": "topic", "optional": False}
        case "aws:PrincipalArn", {"Fn::If": [_, _, otherwise]}:
            return {"exempt": "roles", "optional": otherwise == {"Ref": "AWS::NoValue"}}
        case "aws:PrincipalArn", {"Ref": _}:
            return {"exempt": "roles", "optional": False}
        case "sns:Endpoint", {"Fn::Split": _}:
            return {"exempt": "queues", "optional": False}
    raise ValueError(f"no kind of {key} for {value}: say in shared/wiring/src/refusing.rs what a refusal may exempt")


def principals(principal: Any) -> str:
    """The kind of a statement's principals: the account, the topic, or those that a parameter names, which are accounts or single roles and users."""
    match principal:
        case {"Service": "sns.amazonaws.com"}:
            return "topic"
        case {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}:
            return "account"
        case {"AWS": {"Ref": parameter}}:
            pattern = template()["Parameters"][parameter]["AllowedPattern"]
            return "accounts" if re.search(pattern, "111122223333") else "roles"
    raise ValueError(f"no kind of principal for {principal}: say in shared/wiring/src/allowing.rs which they are")
