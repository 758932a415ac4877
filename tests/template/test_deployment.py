"""Releases: the alias that the mappings read for, the gradual deployment, and what `make deploy` adds to `sam deploy`."""

import copy
import os
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, Mock

import pytest
from botocore.exceptions import ClientError
from devstack import deployment
from devstack.local.stack import NO_AWS
from devstack.template import consumed_queues, consumers, environments, overrides, resources, target, template
from samtranslator.translator.transform import transform


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")


def deployed(**parameters: str) -> dict[str, dict[str, Any]]:
    """The resources that CloudFormation makes, by AWS's own transform."""
    source = copy.deepcopy(template())
    source["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    for resource in source["Resources"].values():
        resource.pop("Metadata", None)
    return dict(transform(source, parameters, Mock(load=dict))["Resources"])


def of(kind: str, made: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: body for name, body in made.items() if body["Type"] == f"AWS::{kind}"}


def test_the_mappings_read_for_the_alias_of_a_version() -> None:
    made = deployed(Environment="dev", GradualDeployment="false")
    aliases = of("Lambda::Alias", made)
    assert {alias["Properties"]["Name"] for alias in aliases.values()} == {"live"} and len(aliases) == len(consumers())
    mappings = of("Lambda::EventSourceMapping", made).values()
    assert len(mappings) == len(consumed_queues())
    assert all(target(mapping["Properties"]["FunctionName"]) in aliases for mapping in mappings)
    assert not of("CodeDeploy::DeploymentGroup", made)


def test_a_schedule_is_made_once_the_alias_has_moved_to_a_version_that_knows_its_task() -> None:
    """A rule that refers to the alias is made or changed after it: the version before the first schedule never gets its payload."""
    made = deployed(Environment="dev", GradualDeployment="false")
    rules = [rule["Properties"] for rule in of("Events::Rule", made).values()]
    assert len(rules) == sum(len(consumer.schedules) for consumer in consumers())
    assert all(target(to["Arn"]) in of("Lambda::Alias", made) for rule in rules for to in rule["Targets"])


def test_in_prod_a_release_is_gradual_and_a_failing_one_is_rolled_back() -> None:
    assert overrides("prod")["GradualDeployment"] == "true"
    made = deployed(**overrides("prod"))
    groups = of("CodeDeploy::DeploymentGroup", made)
    assert groups.keys() == {f"{consumer.name}FunctionDeploymentGroup" for consumer in consumers()}
    for name, group in groups.items():
        (alarm,) = group["Properties"]["AlarmConfiguration"]["Alarms"]
        assert target(alarm["Name"]) == name.removesuffix("FunctionDeploymentGroup") + "ErrorsAlarm"
        assert group["Properties"]["AlarmConfiguration"]["Enabled"] is True
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["Properties"]["AutoRollbackConfiguration"]["Events"]
        assert "Canary10Percent10Minutes" in str(group["Properties"]["DeploymentConfigName"])
        assert group["Properties"]["ServiceRoleArn"]["Fn::If"][:2] == ["IsGradual", {"Fn::GetAtt": ["ReleaseRole", "Arn"]}]
    assert "CodeDeployServiceRole" not in made, "SAM's own may publish on every topic"
    assert all("CodeDeployLambdaAliasUpdate" in alias["UpdatePolicy"] for alias in of("Lambda::Alias", made).values())


def test_a_setting_alone_makes_new_versions_too(tmp_path: Path) -> None:
    """SAM makes a version for other code; for another value of a parameter only because of `Release`."""
    before, after = (deployment.release([f"MaxAttempts={number}"], tmp_path) for number in (15, 16))
    versions = [of("Lambda::Version", deployed(Release=release)).keys() for release in (before, after)]
    assert before != after and not versions[0] & versions[1]
    (tmp_path / "points").mkdir()
    (tmp_path / "points/bootstrap").write_bytes(b"other code")
    assert deployment.release(["MaxAttempts=15"], tmp_path) != before


def test_a_deployment_keeps_the_settings_of_its_environment() -> None:
    flag, *given = deployment.options("prod", "UPDATE_COMPLETE")
    assert flag == "--parameter-overrides"
    assert [one for one in given if not one.startswith("Release=")] == environments()["prod"]["global"]["parameters"]["parameter_overrides"]


@pytest.mark.parametrize(
    ("status", "is_first"),
    [(None, True), ("CREATE_FAILED", True), ("CREATE_COMPLETE", False), ("UPDATE_ROLLBACK_COMPLETE", False)],
)
def test_a_first_deployment_is_never_rolled_back(status: str | None, is_first: bool) -> None:
    assert ("--disable-rollback" in deployment.options("prod", status)) is is_first
    assert resources("DynamoDB::Table")["LedgerTable"]["DeletionProtectionEnabled"]["Fn::If"][0] == "IsProd"


def test_a_stack_that_is_not_there_has_no_status() -> None:
    missing = ClientError({"Error": {"Code": "ValidationError", "Message": "Stack with id x does not exist"}}, "DescribeStacks")
    assert deployment.status(Mock(describe_stacks=Mock(side_effect=missing)), "x") is None
    answer = {"Stacks": [{"StackStatus": "CREATE_FAILED"}]}
    assert deployment.status(Mock(describe_stacks=Mock(return_value=answer)), "x") == "CREATE_FAILED"
    refused = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeStacks")
    with pytest.raises(ClientError):
        deployment.status(Mock(describe_stacks=Mock(side_effect=refused)), "x")


def test_without_credentials_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in NO_AWS.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=r"^Cannot ask AWS for the stack matchflow-dev: Unable to locate credentials$"):
        deployment.main("dev", "--check")


def test_with_credentials_the_check_deploys_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "boto3", MagicMock())
    run = Mock()
    monkeypatch.setattr(deployment.subprocess, "run", run)
    assert deployment.main("dev", "--check") == 0
    assert not run.called


def test_a_stack_whose_resources_would_have_too_long_names_is_refused() -> None:
    most = deployment.longest_stack_name()
    assert most + len("-notification") <= 64 and most + len("-notification-dead-letters") <= 80
    deployment.refuse_a_long_name("s" * most)
    with pytest.raises(SystemExit, match=f"longer than {most} characters"):
        deployment.refuse_a_long_name("s" * (most + 1))
