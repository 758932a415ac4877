"""Clients of the local engine, whatever AWS settings the user has."""

from typing import Any

import boto3

from stack.place import REGION, STACK, Place


def client(place: Place, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=place.endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def stack_outputs(place: Place, stack: str = STACK) -> dict[str, str]:
    stacks = client(place, "cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}
