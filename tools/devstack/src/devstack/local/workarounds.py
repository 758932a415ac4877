"""Where the engine makes something else of the template than AWS does, and what tests may do here alone: after each deploy,
and nowhere else. The template is written for AWS, which needs none of this."""

import json
import re
from typing import Any

from devstack.local.stack import STACK, LocalStack
from devstack.template import as_list

# On AWS the permission for the single action holds for its batch; the engine, enforcing roles, wants it by name.
BATCHES = {
    "sns:Publish": "sns:PublishBatch",
    "sqs:ChangeMessageVisibility": "sqs:ChangeMessageVisibilityBatch",
}

THE_ROOT = "arn:aws:iam::000000000000:root"


def apply_workarounds(stack: LocalStack) -> None:
    make_topic_fifo(stack)
    allow_batches(stack)
    allow_subscriptions(stack)
    allow_senders(stack)


def make_topic_fifo(stack: LocalStack) -> None:
    """The engine's CloudFormation makes a standard topic of a FIFO one: without deduplication and groups."""
    topic = stack.outputs_of()["EventsTopicArn"]
    stack.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="FifoTopic", AttributeValue="true")


def allow_subscriptions(stack: LocalStack) -> None:
    """The engine knows none of SNS's own condition keys: a refusal that depends on one would refuse every subscription."""
    sns, topic = stack.client("sns"), stack.outputs_of()["EventsTopicArn"]
    policy = json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(without_keys_of_sns(policy)))


def without_keys_of_sns(policy: dict[str, Any]) -> dict[str, Any]:
    return policy | {"Statement": [one for one in policy["Statement"] if '"sns:' not in json.dumps(one.get("Condition"))]}


def allow_senders(stack: LocalStack) -> None:
    """Tests send as the account's root, which can be no operator on AWS: also what only the topic or a function sends there."""
    sqs = stack.client("sqs")
    for url in (value for name, value in stack.outputs_of().items() if name.endswith("QueueUrl")):
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        if policy := answer.get("Attributes", {}).get("Policy"):
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(with_senders(json.loads(policy)))})


def with_senders(policy: dict[str, Any]) -> dict[str, Any]:
    for statement in policy["Statement"]:
        if statement["Effect"] == "Deny":
            allowed = statement["Condition"]["ArnNotEquals"]
            named = as_list(allowed.get("aws:PrincipalArn", []))
            allowed["aws:PrincipalArn"] = sorted({THE_ROOT, *named, *map(sessions, named)})  # a queue keeps those of the last deploy
    return policy


def sessions(arn: str) -> str:
    """The engine gives a session's own ARN as `aws:PrincipalArn`, where AWS gives its role's."""
    return re.sub(r":iam::(\d+):role/(?:.*/)?([^/]+)$", r":sts::\1:assumed-role/\2/*", arn)


def allow_batches(stack: LocalStack) -> None:
    iam = stack.client("iam")
    for role in roles(stack):
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(with_batches(document)))


def roles(stack: LocalStack) -> list[str]:
    pages = stack.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    made = (resource for page in pages for resource in page["StackResourceSummaries"])
    return [resource["PhysicalResourceId"] for resource in made if resource["ResourceType"] == "AWS::IAM::Role"]


def with_batches(document: dict[str, Any]) -> dict[str, Any]:
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        batches = {BATCHES[action] for action in actions if action in BATCHES}
        statement["Action"] = actions + sorted(batches - set(actions))  # a role keeps those of the last deploy
    return document
