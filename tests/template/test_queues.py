"""Queues, topic and subscriptions: order, retries, sizes, and who listens to what."""

import json
import re

import pytest
from stack_template import ROOT, code, consumed_queues, resources, seconds, setting, target

QUEUES = resources("SQS::Queue")
TOPIC = resources("SNS::Topic")["EventsTopic"]
DAY = 24 * 3600
FIFO = {
    "IntakeQueue",
    "OutcomesQueue",
    "DeferredQueue",
    "PointsQueue",
    "QuarantineQueue",
    "UndeliveredQueue",
    "MatchingDeadLetterQueue",
    "PointsDeadLetterQueue",
}
STANDARD = {"NotificationQueue", "NotificationDeadLetterQueue", "StatisticsQueue", "StatisticsDeadLetterQueue"}

# Who subscribes to what (README, "Send and receive").
SUBSCRIBED = {
    "OutcomesQueue": {"points.rejected", "points.deducted", "points.credited"},
    "DeferredQueue": {"request.deferred"},
    "PointsQueue": {"request.matched"},
    "NotificationQueue": {"request.matched", "request.unmatched"},
}


def test_every_queue_is_of_the_kind_the_contracts_say() -> None:
    assert set(QUEUES) == FIFO | STANDARD
    for name, queue in QUEUES.items():
        assert queue.get("FifoQueue", False) is (name in FIFO), name
        assert queue["QueueName"]["Fn::Sub"].endswith(".fifo") is (name in FIFO), name


def test_fifo_is_with_high_throughput() -> None:
    for name in FIFO:
        assert QUEUES[name]["DeduplicationScope"] == "messageGroup", name
        assert QUEUES[name]["FifoThroughputLimit"] == "perMessageGroupId", name
    assert TOPIC["FifoTopic"] is True
    assert TOPIC["FifoThroughputScope"] == "MessageGroup"
    assert TOPIC["TopicName"]["Fn::Sub"].endswith(".fifo")


def test_a_producer_needs_to_give_a_group_id_only() -> None:
    by_content = {name for name, queue in QUEUES.items() if queue.get("ContentBasedDeduplication")}
    assert by_content == {"IntakeQueue", "PointsQueue"}
    assert TOPIC["ContentBasedDeduplication"] is False


def test_only_the_deferred_queue_delays() -> None:
    delayed = {name: queue["DelaySeconds"] for name, queue in QUEUES.items() if "DelaySeconds" in queue}
    assert delayed == {"DeferredQueue": {"Ref": "DeferralDelay"}}


@pytest.mark.parametrize("name", consumed_queues())
def test_a_batch_is_invisible_for_six_time_outs_of_its_function(name: str) -> None:
    timeout = setting(consumed_queues()[name].name)["Timeout"]
    assert QUEUES[name]["VisibilityTimeout"] >= 6 * timeout


@pytest.mark.parametrize("name", consumed_queues())
def test_b14_twenty_receives_span_hours_and_end_before_the_queue_forgets(name: str) -> None:
    receives = QUEUES[name]["RedrivePolicy"]["maxReceiveCount"]
    assert receives == 20
    rule = re.search(r"impl Default for Backoff.*?base: (.*?),\s*cap: (.*?),", code("shared/batch/src"), re.S)
    base, cap = map(seconds, rule.groups())
    longest = [min(base * 2**earlier, cap) for earlier in range(receives - 1)]
    assert sum(longest) / 2 >= 2 * 3600, "an outage of some minutes must send nothing to a dead-letter queue"
    each_killed = receives * QUEUES[name]["VisibilityTimeout"]
    assert sum(longest) + each_killed < QUEUES[name]["MessageRetentionPeriod"] / 4


def test_sizes_are_the_topics_but_for_quarantine() -> None:
    for name in consumed_queues():
        assert QUEUES[name]["MaximumMessageSize"] == 256 * 1024, name
    assert QUEUES["QuarantineQueue"]["MaximumMessageSize"] == 1024 * 1024
    assert "MaximumMessageSize" not in QUEUES["UndeliveredQueue"], "SNS adds attributes to what it sets aside"


def test_what_is_set_aside_waits_14_days() -> None:
    for name in QUEUES.keys() - consumed_queues().keys():
        assert QUEUES[name]["MessageRetentionPeriod"] == 14 * DAY, name
    # A standard message keeps its age on the way to the dead-letter queue, a FIFO one starts anew.
    for name in STANDARD & consumed_queues().keys():
        assert QUEUES[name]["MessageRetentionPeriod"] <= 4 * DAY, name


def test_every_subscription_is_the_contracts() -> None:
    types = set(json.loads((ROOT / "shared/contract/constants.json").read_text())["events"])
    found = {target(s["Endpoint"]): s.get("FilterPolicy") for s in resources("SNS::Subscription").values()}
    assert found.pop("StatisticsQueue") is None, "everything"
    assert found.keys() == SUBSCRIBED.keys()
    for queue, policy in found.items():
        assert policy.keys() == {"eventType"}
        wanted = policy["eventType"]
        if queue == "NotificationQueue":
            assert [rule.keys() for rule in wanted] == [{"anything-but"}]
            assert set(wanted[0]["anything-but"]) == types - SUBSCRIBED[queue]
        else:
            assert set(wanted) == SUBSCRIBED[queue] <= types


@pytest.mark.parametrize("name", resources("SNS::Subscription"))
def test_a_subscription_delivers_raw_and_sets_aside_what_it_cannot(name: str) -> None:
    subscription = resources("SNS::Subscription")[name]
    assert subscription["Protocol"] == "sqs"
    assert subscription.get("FilterPolicyScope") == ("MessageAttributes" if "FilterPolicy" in subscription else None)
    assert subscription["RawMessageDelivery"] is True
    assert target(subscription["RedrivePolicy"]["deadLetterTargetArn"]) == "UndeliveredQueue"
