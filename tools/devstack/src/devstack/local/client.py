"""Clients of the local engine, whatever AWS settings the user has."""

from typing import Any

import boto3

from devstack.local.stack import REGION, STACK, LocalStack


def client(stack: LocalStack, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=stack.endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def stack_outputs(stack: LocalStack, name: str = STACK) -> dict[str, str]:
    stacks = client(stack, "cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}
