"""The commands keep to what is theirs: the local stack's, the tests', the user's."""

import os
import socket
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from devstack.local import engine, functions, stack, workarounds
from devstack.local.__main__ import arguments, chosen_stack, show
from devstack.local.stack import LocalStack
from devstack.project import FUNCTIONS, ROOT
from devstack.template import consumers, resources, statements, template

POLICY = {"Statement": [{"Action": "sns:Publish"}, {"Action": ["sqs:SendMessage", "sqs:ChangeMessageVisibility"]}]}


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "-s", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("environment", ["local", "", "prd", "prod dev"])
def test_nothing_but_dev_and_prod_goes_to_aws(environment: str) -> None:
    refused = make("on-aws", f"ENV={environment}")
    assert refused.returncode != 0
    assert refused.stderr.startswith("ENV must be dev or prod")
    assert make("on-aws", "ENV=dev").returncode == make("on-aws", "ENV=prod").returncode == 0


@pytest.mark.parametrize("command", ["build", "deploy"])
def test_the_environment_is_looked_at_before_anything_is_built(command: str) -> None:
    assert "ENV must be dev or prod" in make("-n", command, "ENV=dev").stdout.splitlines()[0]


def test_aws_is_asked_before_anything_is_built() -> None:
    lines = make("-n", "deploy", "ENV=dev").stdout.splitlines()
    asked, built = (next(n for n, line in enumerate(lines) if text in line) for text in ("devstack.deployment dev --check", "sam build"))
    assert asked < built


def test_a_deployment_gives_sam_what_it_needs_besides_its_configuration() -> None:
    assert make("-n", "deploy", "ENV=prod").stdout.splitlines()[-1].endswith("-m devstack.deployment prod")


def test_the_local_stack_knows_every_function() -> None:
    assert set(FUNCTIONS) == {consumer.folder for consumer in consumers()}, "functions/*/Cargo.toml, and template.yaml"


def test_the_end_to_end_tests_have_a_folder_of_their_own_on_any_port() -> None:
    tests, users = (chosen_stack(arguments(["--port", "4570", command])) for command in ("e2e", "up"))
    assert tests.engine_file != users.engine_file and tests.endpoint == users.endpoint


def test_a_port_where_something_stands_is_refused_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit) as refused:
        engine.refuse_if_taken(LocalStack(taken.getsockname()[1]))
    assert "is in use" in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("port", ["abc", "", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused_in_one_line(port: str) -> None:
    with pytest.raises(SystemExit) as refused:
        arguments([f"--port={port}", "up"])
    assert refused.value.code == f"PORT must be a number from 1 to 65535, and is {port!r}."


def test_who_reads_the_outputs_may_stop_early(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        show("{}")


def test_no_aws_setting_of_the_users_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = {"AWS_PROFILE": "work", "AWS_CA_BUNDLE": "/none", "HTTP_PROXY": "http://proxy", "no_proxy": "intern"}
    monkeypatch.setattr(os, "environ", theirs)
    stack.clear_aws_environment()
    assert theirs == stack.NO_AWS | {
        "HTTP_PROXY": "http://proxy",  # on cargo's way to its crates
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "intern,127.0.0.1",
    }


def test_a_redeploy_adds_no_action_twice() -> None:
    once = workarounds.with_batches(deepcopy(POLICY))
    assert [statement["Action"] for statement in once["Statement"]] == [
        ["sns:Publish", "sns:PublishBatch"],
        ["sqs:SendMessage", "sqs:ChangeMessageVisibility", "sqs:ChangeMessageVisibilityBatch"],
    ]
    assert workarounds.with_batches(deepcopy(once)) == once


def test_on_the_local_engine_the_topics_policy_has_no_condition_that_it_does_not_know() -> None:
    (topic,) = resources("SNS::TopicPolicy").values()
    left = workarounds.without_keys_of_sns({"Statement": statements(topic["PolicyDocument"])})
    assert {one["Sid"] for one in left["Statement"]} == {"TheAccountGovernsItsTopicThroughIam"}


def test_on_the_local_engine_a_condition_looks_at_a_lists_first_value() -> None:
    conditions = functions.without_joins(template()["Conditions"])
    assert conditions["HasOperators"] == {"Fn::Not": [{"Fn::Equals": [{"Fn::Select": [0, {"Ref": "OperatorPrincipals"}]}, ""]}]}
    assert "Fn::Join" not in str(conditions)


def test_on_the_local_engine_the_root_sends_what_only_the_topic_sends_on_aws() -> None:
    allow = {"Effect": "Allow"}
    assert senders_of(allow, refusal({"aws:SourceArn": "topic"})) == [allow, refusal({"aws:SourceArn": "topic", "aws:PrincipalArn": [workarounds.THE_ROOT]})]


def test_on_the_local_engine_a_role_that_may_send_is_named_by_its_sessions_too() -> None:
    role, user = "arn:aws:iam::000000000000:role/teams/matching", "arn:aws:iam::000000000000:user/operator"
    session = "arn:aws:sts::000000000000:assumed-role/matching/*"
    (once,) = senders_of(refusal({"aws:PrincipalArn": [role, user]}))
    assert once == refusal({"aws:PrincipalArn": [role, workarounds.THE_ROOT, user, session]})
    assert senders_of(once) == [once], "a queue keeps those of the last deploy"


def refusal(allowed: dict[str, Any]) -> dict[str, Any]:
    return {"Effect": "Deny", "Condition": {"ArnNotEquals": allowed}}


def senders_of(*policy: dict[str, Any]) -> list[dict[str, Any]]:
    return workarounds.with_senders({"Statement": deepcopy(list(policy))})["Statement"]


@pytest.mark.parametrize(
    ("command", "prints", "wanted"),
    [
        ("rustc", "rustc 1.93.9 (hash)", "Rust 1.94 or newer is needed, this is rustc 1.93.9"),
        ("cargo", "", "clippy is needed"),
        ("python3", "Python 3.10.1", "Python 3.11 or newer is needed, this is Python 3.10.1"),
    ],
)
def test_what_is_missing_or_too_old_is_named(tmp_path: Path, command: str, prints: str, wanted: str) -> None:
    fake = tmp_path / command
    fake.write_text(f'#!/bin/sh\necho "{prints}"\nexit 1\n')
    fake.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    ended = subprocess.run(
        ["sh", ROOT / "tools/setup/needs.sh", "lint"],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert any(line.startswith(wanted) for line in ended.stderr.splitlines()), ended.stderr


def test_the_python_asked_for_is_the_one_that_is_needed() -> None:
    oldest = (ROOT / "tools/setup/environments.py").read_text().split("OLDEST = ")[1].splitlines()[0]
    assert f"sys.version_info < {oldest}" in (ROOT / "tools/setup/needs.sh").read_text()
