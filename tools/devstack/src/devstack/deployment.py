"""Deploys to AWS: what `make deploy` runs once the functions are built, and before they are with `--check`, to fail at once."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from devstack.console import log
from devstack.project import ROOT
from devstack.template import environments, overrides, resources

BUILT = ROOT / ".aws-sam/build"
# The longest names that AWS takes: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html,
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
LIMITS = {"Serverless::Function": ("FunctionName", 64), "SQS::Queue": ("QueueName", 80)}
# A stack in one of these states was never whole: the tables that a rollback would have to delete may be protected.
FIRST = {None, "REVIEW_IN_PROGRESS", "CREATE_FAILED"}


def main(environment: str, *flags: str) -> int:
    stack = environments()[environment]["global"]["parameters"]
    refuse_a_long_name(stack["stack_name"])
    try:
        found = status(boto3.client("cloudformation", stack["region"]), stack["stack_name"])
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"Cannot ask AWS for the stack {stack['stack_name']}: {error}")
    if "--check" in flags:
        return 0
    chosen = options(environment, found)
    sam = [ROOT / ".venv-sam/bin/sam", "deploy", "--config-env", environment]
    return subprocess.run([*sam, *chosen], cwd=ROOT, check=False).returncode


def longest_stack_name() -> int:
    """How long a stack's name may be, so that AWS takes the names of all its resources."""
    return min(
        most - len(one[name]["Fn::Sub"].removeprefix("${AWS::StackName}"))
        for kind, (name, most) in LIMITS.items()
        for one in resources(kind).values()
    )


def refuse_a_long_name(stack: str) -> None:
    if len(stack) > longest_stack_name():
        sys.exit(f"The stack's name {stack} is longer than {longest_stack_name()} characters: AWS would refuse the names of its functions.")


def status(cloudformation: Any, stack: str) -> str | None:
    """A stack's status, `None` if there is no such stack."""
    try:
        return str(cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def options(environment: str, status: str | None) -> list[str]:
    settings = [f"{name}={value}" for name, value in overrides(environment).items()]
    chosen = ["--parameter-overrides", *settings, f"Release={release(settings, BUILT)}"]
    if status in FIRST:
        log("first deployment: if it fails, nothing is rolled back; fix the cause and run the command again")
        chosen.append("--disable-rollback")
    return chosen


def release(settings: list[str], built: Path) -> str:
    """A digest of the functions as they were built and of their settings."""
    digest = hashlib.sha256("\n".join(settings).encode())
    for bootstrap in sorted(built.glob("*/bootstrap")):
        digest.update(bootstrap.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
