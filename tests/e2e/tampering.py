"""What the tests of the operator's program change in the tables by hand, and put back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from devstack.clients.stack import Stack
from devstack.waiting import until
from sandbox import Sandbox

Item = dict[str, Any]


def confirmed(stack: Stack, sandbox: Sandbox) -> str:
    """Submits a request and waits until its match is confirmed; returns its id."""
    request_id = sandbox.request("r")
    until(lambda: state(stack, request_id) == "confirmed", "the match is confirmed")
    return request_id


def state(stack: Stack, request_id: str) -> str | None:
    return next((item["state"] for item in stack.query("Matching", f"request#{request_id}")), None)


@contextmanager
def changed(stack: Stack, table: str, pk: str, sk: str, change: Item | None) -> Iterator[None]:
    """An item with other attributes, or deleted; put back afterwards."""
    name, key = stack.table(table), {"pk": {"S": pk}, "sk": {"S": sk}}
    before = stack.dynamodb.get_item(TableName=name, Key=key, ConsistentRead=True)["Item"]
    if change is None:
        stack.dynamodb.delete_item(TableName=name, Key=key)
    else:
        stack.dynamodb.put_item(TableName=name, Item=before | change)
    try:
        yield
    finally:
        stack.dynamodb.put_item(TableName=name, Item=before)


@contextmanager
def restored(stack: Stack, table: str, without: str) -> Iterator[str]:
    """A copy of a table, index and all, as a restore makes one; without the items of one partition."""
    described = stack.dynamodb.describe_table(TableName=stack.table(table))["Table"]
    indexes = [{name: index[name] for name in ("IndexName", "KeySchema", "Projection")} for index in described["GlobalSecondaryIndexes"]]
    schema = {name: described[name] for name in ("KeySchema", "AttributeDefinitions")}
    name = f"restored-{table}"
    stack.dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", GlobalSecondaryIndexes=indexes, **schema)
    pages = stack.dynamodb.get_paginator("scan").paginate(TableName=stack.table(table))
    for item in (item for page in pages for item in page["Items"] if item["pk"]["S"] != without):
        stack.dynamodb.put_item(TableName=name, Item=item)
    yield name
    stack.dynamodb.delete_table(TableName=name)


def registered(stack: Stack, partner: str, **members: str) -> Item:
    """A partner's registration with other members."""
    key = {"pk": {"S": f"partner#{partner}"}, "sk": {"S": "partner"}}
    stored = stack.dynamodb.get_item(TableName=stack.table("Matching"), Key=key)["Item"]["registered"]["M"]
    return {"registered": {"M": stored | {name: {"S": value} for name, value in members.items()}}}
