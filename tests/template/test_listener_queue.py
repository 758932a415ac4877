"""examples/listener-queue: what the local engine takes from anyone, and AWS or a careful reader does not."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from devstack.project import ROOT
from devstack.template import statements, target
from samcli.yamlhelper import yaml_parse

FILE = ROOT / "examples/listener-queue/template.yaml"
FRAGMENT = yaml_parse(FILE.read_text())
DAY = 24 * 3600
EACH = pytest.mark.parametrize("fifo", [False, True], ids=["standard", "fifo"])


def rendered(value: Any, true: set[str]) -> Any:
    """What CloudFormation makes of a value where these conditions are true."""
    if isinstance(value, list):
        return [rendered(item, true) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::If" in value:
        condition, yes, no = value["Fn::If"]
        return rendered(yes if condition in true else no, true)
    members = {name: rendered(member, true) for name, member in value.items()}
    return {name: member for name, member in members.items() if member != {"Ref": "AWS::NoValue"}}


def properties(name: str, *true: str) -> dict[str, Any]:
    return rendered(FRAGMENT["Resources"][name]["Properties"], set(true))


def queue(name: str, fifo: bool) -> dict[str, Any]:
    return properties(name, *(["IsFifo"] if fifo else []))


def text(value: Any) -> str:
    """A `Fn::Sub` with its own variables put in."""
    sub = value["Fn::Sub"]
    return sub if isinstance(sub, str) else re.sub(r"\$\{(\w+)\}", lambda name: sub[1].get(name[1], name[0]), sub[0])


def test_it_passes_cfn_lint() -> None:
    linted = subprocess.run([Path(sys.executable).with_name("cfn-lint"), FILE], capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


def test_its_parameters_and_outputs_are_those_that_the_docs_and_the_integrations_name() -> None:
    parameters = {name: parameter.get("Default") for name, parameter in FRAGMENT["Parameters"].items()}
    assert parameters == {"EventsTopicArn": None, "QueueName": None, "LeftOut": "", "Fifo": "false", "AlarmTopicArn": ""}
    docs = (ROOT / "docs/do/receive.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", docs, re.M) == list(parameters)
    assert "Outputs: " + ", ".join(f"`{name}`" for name in FRAGMENT["Outputs"]) in docs
    outputs = {name: target(output["Value"]) for name, output in FRAGMENT["Outputs"].items()}
    queues = {"QueueUrl": "Queue", "QueueArn": "Queue", "DeadLetterQueueUrl": "DeadLetterQueue"}
    assert outputs == queues | {"UndeliveredQueueUrl": "UndeliveredQueue", "KeyArn": "Key"}


@EACH
def test_a_queue_and_its_dead_letters_are_of_one_kind_and_what_a_fifo_topic_could_not_deliver_is_fifo(fifo: bool) -> None:
    kinds = {"Queue": fifo, "DeadLetterQueue": fifo, "UndeliveredQueue": True}
    for name, is_fifo in kinds.items():
        made = queue(name, fifo)
        high_throughput = {"FifoQueue": True, "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
        assert {key: made[key] for key in high_throughput if key in made} == (high_throughput if is_fifo else {}), name
        assert text(made["QueueName"]).endswith(".fifo") is is_fifo, name


@EACH
def test_names_fit_into_80_characters(fifo: bool) -> None:
    longest = int(re.search(r"\{1,(\d+)\}", FRAGMENT["Parameters"]["QueueName"]["AllowedPattern"])[1])
    names = [text(queue(name, fifo)["QueueName"]) for name in ("Queue", "DeadLetterQueue", "UndeliveredQueue")]
    assert all(len(name.replace("${QueueName}", "q" * longest)) <= 80 for name in names)
    assert len(set(names)) == 3


@EACH
def test_after_20_receives_spread_over_an_hour_it_is_a_dead_letter_for_days(fifo: bool) -> None:
    source, letters = queue("Queue", fifo), queue("DeadLetterQueue", fifo)
    assert target(source["RedrivePolicy"]["deadLetterTargetArn"]) == "DeadLetterQueue"
    assert source["RedrivePolicy"]["maxReceiveCount"] * source["VisibilityTimeout"] >= 3600
    (allowed,) = letters["RedriveAllowPolicy"]["sourceQueueArns"]
    assert letters["RedriveAllowPolicy"]["redrivePermission"] == "byQueue"
    assert text(allowed).endswith(":${AWS::AccountId}:" + text(source["QueueName"]))
    assert letters["MessageRetentionPeriod"] == queue("UndeliveredQueue", fifo)["MessageRetentionPeriod"] == 14 * DAY
    # A standard message keeps its age on the way to the dead-letter queue, a FIFO one starts anew.
    assert source["MessageRetentionPeriod"] == (14 * DAY if fifo else 4 * DAY)


@pytest.mark.parametrize(("policy", "of"), [("QueuePolicy", "Queue"), ("UndeliveredQueuePolicy", "UndeliveredQueue")])
def test_only_the_topic_may_send(policy: str, of: str) -> None:
    assert [target(queue) for queue in properties(policy)["Queues"]] == [of]
    (statement,) = statements(properties(policy)["PolicyDocument"])
    assert (statement["Effect"], statement["Action"], target(statement["Resource"])) == ("Allow", "sqs:SendMessage", of)
    check_the_topic(statement)


def check_the_topic(statement: dict[str, Any]) -> None:
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "EventsTopicArn"}}}


def test_everything_is_under_a_key_that_the_topic_may_use_and_the_account_governs() -> None:
    for name in ("Queue", "DeadLetterQueue", "UndeliveredQueue"):
        assert target(properties(name)["KmsMasterKeyId"]) == "Key", name
    key = properties("Key")
    assert key["EnableKeyRotation"] is True
    account, topic = statements(key["KeyPolicy"])
    assert account["Principal"]["AWS"]["Fn::Sub"].endswith("::${AWS::AccountId}:root")
    assert set(topic["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    check_the_topic(topic)


def test_the_subscription_delivers_raw_and_keeps_undelivered_events() -> None:
    subscription = properties("Subscription")
    assert (subscription["Protocol"], subscription["RawMessageDelivery"]) == ("sqs", True)
    assert (target(subscription["TopicArn"]), target(subscription["Endpoint"])) == ("EventsTopicArn", "Queue")
    assert target(subscription["RedrivePolicy"]["deadLetterTargetArn"]) == "UndeliveredQueue"
    assert set(FRAGMENT["Resources"]["Subscription"]["DependsOn"]) == {"QueuePolicy", "UndeliveredQueuePolicy"}


def test_a_filter_is_there_only_where_something_is_left_out_and_within_the_limits() -> None:
    assert not properties("Subscription").keys() & {"FilterPolicy", "FilterPolicyScope"}, "SNS refuses an empty list"
    subscription = properties("Subscription", "LeavesSomeOut")
    assert subscription["FilterPolicy"] == {"eventType": [{"anything-but": {"Ref": "LeftOut"}}]}
    assert subscription["FilterPolicyScope"] == "MessageAttributes"
    types = list((ROOT / "shared/contract/schemas").glob("*.json"))
    assert len(types) <= 150, "the values that a filter policy may have"
    nothing = {"Fn::Equals": [{"Fn::Select": [0, {"Ref": "LeftOut"}]}, ""]}
    assert FRAGMENT["Conditions"]["LeavesSomeOut"] == {"Fn::Not": [nothing]}


def test_it_rings_for_dead_letters_for_undelivered_events_and_when_the_listener_falls_behind() -> None:
    alarms = {name: properties(name, "HasAlarmTopic") for name in FRAGMENT["Resources"] if name.endswith("Alarm")}
    watched = {(target(alarm["Dimensions"][0]["Value"]), alarm["MetricName"]) for alarm in alarms.values()}
    depth, age = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
    assert watched == {("DeadLetterQueue", depth), ("UndeliveredQueue", depth), ("Queue", age)}
    assert all(alarm["AlarmActions"] == [{"Ref": "AlarmTopicArn"}] for alarm in alarms.values())
    assert all(alarm["Threshold"] == 1 for alarm in alarms.values() if alarm["MetricName"] == depth)
