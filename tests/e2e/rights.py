"""Users with rights of their own, and the template's policies that the local stack leaves out. The engine checks rights in its
second round alone."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from devstack.clients.stack import Stack
from devstack.template import resources, statements

Policy = dict[str, Any]
Clients = Callable[[str], Any]  # by service


def are_checked(stack: Stack) -> bool:
    return stack.inspect("health")["auth"] == "enabled"


def skip_if_unchecked(stack: Stack) -> None:
    if not are_checked(stack):
        pytest.skip("the engine checks rights in its second round")


def user(stack: Stack, name: str, *policies: Policy) -> Clients:
    """A new user with these rights and no others."""
    iam = stack.client("iam")
    iam.create_user(UserName=name)
    for number, document in enumerate(policies):
        iam.put_user_policy(UserName=name, PolicyName=f"policy-{number}", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=stack.region)
    return lambda service: session.client(service, endpoint_url=stack.endpoint)


def may_send(resource: str) -> Policy:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": resource}]}


def queue_arn(stack: Stack, queue: str) -> str:
    answer = stack.sqs.get_queue_attributes(QueueUrl=stack.queue(queue), AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def is_refused(call: Callable[[], Any]) -> bool:
    """Makes a call; whether the caller lacks the right to it."""
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"].startswith("AccessDenied")
        return True
    return False


@contextmanager
def queue_policy(stack: Stack, queue: str, **parameters: Any) -> Iterator[None]:
    """The template's policy of a queue, as it is deployed with these parameters, all of whose conditions hold."""
    document = resources("SQS::QueuePolicy")[f"{queue}QueuePolicy"]["PolicyDocument"]
    known = parameters | {f"{queue}Queue.Arn": queue_arn(stack, queue), "EventsTopic": stack.topic}
    policy = {"Version": "2012-10-17", "Statement": resolved(statements(document), known)}
    url = stack.queue(queue)
    before = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {}).get("Policy", "")
    stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    try:
        yield
    finally:
        stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": before})


def resolved(value: Any, known: dict[str, Any]) -> Any:
    """A part of the template with its references replaced."""
    match value:
        case {"Ref": name} | {"Fn::GetAtt": name}:
            return known[name if isinstance(name, str) else ".".join(name)]
        case {"Fn::If": [_, chosen, _]}:
            return resolved(chosen, known)
        case {"Fn::Join": [separator, parts]}:
            return separator.join(resolved(parts, known))
        case {"Fn::Split": [separator, joined]}:
            return resolved(joined, known).split(separator)
        case dict():
            return {name: resolved(part, known) for name, part in value.items()}
        case list():
            return [resolved(part, known) for part in value]
        case _:
            return value
