"""Queues, topic and subscriptions: order, retries, sizes, and who listens to what."""

import re
from collections.abc import Set

import pytest
from devstack.project import EVENT_TYPES, PUBLISHED
from devstack.template import Properties, consumed_queues, resources, statements, target, template
from rust_sources import code, directly_sent_to, handled_types, seconds

QUEUES = resources("SQS::Queue")
TOPIC = resources("SNS::Topic")["EventsTopic"]
DAY = 24 * 3600
FIFO = {name for name, queue in QUEUES.items() if queue.get("FifoQueue", False)}


def test_queues_are_fifo_where_the_order_of_a_group_counts() -> None:
    assert consumed_queues().keys() & FIFO == {
        "IntakeQueue",
        "PartnersQueue",
        "OutcomesQueue",
        "DeferredQueue",
        "PointsQueue",
    }
    assert consumed_queues().keys() - FIFO == {"NotificationQueue", "StatisticsQueue"}


def test_a_queues_name_says_of_which_kind_it_is() -> None:
    assert {"QuarantineQueue", "UndeliveredQueue"} <= FIFO, "a FIFO topic's dead letters; records by message id"
    for name, queue in QUEUES.items():
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
    assert by_content == {"IntakeQueue", "PartnersQueue", "PointsQueue"}
    assert TOPIC["ContentBasedDeduplication"] is False


def test_only_the_deferred_queue_delays() -> None:
    delayed = {name: queue["DelaySeconds"] for name, queue in QUEUES.items() if "DelaySeconds" in queue}
    assert delayed == {"DeferredQueue": {"Ref": "DeferralDelay"}}


@pytest.mark.parametrize("name", consumed_queues())
def test_a_batch_is_invisible_for_six_time_outs_of_its_function(name: str) -> None:
    timeout = consumed_queues()[name].properties["Timeout"]
    assert QUEUES[name]["VisibilityTimeout"] >= 6 * timeout


def longest_delays(receives: int) -> list[int]:
    """The seconds between these receives of a record that fails, at most: the shortest are half as long."""
    rule = re.search(r"impl Default for Backoff.*?base: (.*?),\s*cap: (.*?),", code("shared/batch/src"), re.S)
    base, cap = map(seconds, rule.groups())
    return [min(base * 2**earlier, cap) for earlier in range(receives - 1)]


def test_the_parameter_says_what_the_receives_span() -> None:
    hours, minutes = sum(longest_delays(20 - 1)) / 3600, sum(longest_delays(12 - 1)) / 60
    assert (round(4 * hours / 2) / 4, round(2 * hours) / 2, round(minutes / 2), round(minutes)) == (2.25, 4.5, 17, 34)
    text = " ".join(template()["Parameters"]["MaxReceiveCount"]["Description"].split())
    assert "With 20 the delays until then span 2¼ to 4½ hours, with 12 they span 17 to 34 minutes." in text


@pytest.mark.parametrize("name", consumed_queues())
def test_b14_the_receives_span_hours_and_end_before_the_queue_forgets(name: str) -> None:
    assert QUEUES[name]["RedrivePolicy"]["maxReceiveCount"] == {"Ref": "MaxReceiveCount"}
    receives = template()["Parameters"]["MaxReceiveCount"]["Default"] - 1  # on the last but one it is set aside
    longest = longest_delays(receives)
    assert sum(longest) / 2 >= 2 * 3600, "an outage of some minutes must send nothing to a dead-letter queue"
    each_killed = receives * QUEUES[name]["VisibilityTimeout"]
    assert sum(longest) + each_killed < QUEUES[name]["MessageRetentionPeriod"] / 4


def test_b36_no_record_is_set_aside_at_its_first_failure() -> None:
    least_receives = template()["Parameters"]["MaxReceiveCount"]["MinValue"] - 1  # on the last but one it is set aside
    assert least_receives > 1


def test_sizes_are_the_topics_but_for_quarantine_and_dead_letters() -> None:
    for name in consumed_queues():
        assert QUEUES[name]["MaximumMessageSize"] == 256 * 1024, name
    assert QUEUES["QuarantineQueue"]["MaximumMessageSize"] == 1024 * 1024
    for consumer in {*consumed_queues().values()}:
        for dead_letters in consumer.dead_letter_queues.values():
            assert QUEUES[dead_letters]["MaximumMessageSize"] == 1024 * 1024, "what failed comes on top"
    assert "MaximumMessageSize" not in QUEUES["UndeliveredQueue"], "SNS adds attributes to an undelivered event"


def test_quarantine_dead_letters_and_undelivered_events_wait_14_days() -> None:
    for name in QUEUES.keys() - consumed_queues().keys():
        assert QUEUES[name]["MessageRetentionPeriod"] == 14 * DAY, name
    # A standard message keeps its age on the way to the dead-letter queue, a FIFO one starts anew.
    for name in consumed_queues().keys() - FIFO:
        assert QUEUES[name]["MessageRetentionPeriod"] <= 4 * DAY, name


@pytest.mark.parametrize("name", sorted(QUEUES.keys() - consumed_queues().keys()))
def test_quarantine_dead_letters_and_undelivered_events_outlive_their_stack(name: str) -> None:
    """And the key does, without which they could not be read. What a failed first deployment made goes with it."""
    for kept in (template()["Resources"][name], template()["Resources"]["Key"]):
        assert (kept["DeletionPolicy"], kept["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


@pytest.mark.parametrize("queue", consumed_queues())
def test_the_topic_delivers_to_a_queue_what_its_function_handles_and_nothing_else(queue: str) -> None:
    consumer = consumed_queues()[queue]
    handled = handled_types(consumer).get(url_variable(queue), set()) & PUBLISHED
    subscriptions = [s for s in resources("SNS::Subscription").values() if target(s["Endpoint"]) == queue]
    assert len(subscriptions) == (1 if handled else 0)
    assert [delivered(subscription) for subscription in subscriptions] == [handled] * len(subscriptions), (
        f"the filter of {queue}, and QUEUES in functions/{consumer.folder}/src/lib.rs"
    )


@pytest.mark.parametrize("queue", consumed_queues())
def test_a_function_knows_which_of_its_queues_others_than_the_topic_send_to(queue: str) -> None:
    policies = [policy for policy in resources("SQS::QueuePolicy").values() if target(policy["Queues"][0]) == queue]
    principals = [s["Principal"] for policy in policies for s in statements(policy["PolicyDocument"]) if s["Effect"] == "Allow"]
    others_send = any(principal != {"Service": "sns.amazonaws.com"} for principal in principals)
    assert (url_variable(queue) in directly_sent_to(consumed_queues()[queue])) == others_send


def url_variable(queue: str) -> str:
    """The environment variable of the queue's function that has its URL."""
    variables = consumed_queues()[queue].variables.items()
    (variable,) = (key for key, value in variables if key.endswith("_QUEUE_URL") and target(value) == queue)
    return variable


def delivered(subscription: Properties) -> Set[str]:
    """The event types that a filter lets through: without one, everything that is published."""
    if "FilterPolicy" not in subscription:
        return PUBLISHED
    assert subscription["FilterPolicy"].keys() == {"eventType"}
    rules = subscription["FilterPolicy"]["eventType"]
    if all(isinstance(rule, str) for rule in rules):
        return set(rules)
    (left_out,) = rules
    assert left_out.keys() == {"anything-but"}
    return EVENT_TYPES - set(left_out["anything-but"])


@pytest.mark.parametrize("name", resources("SNS::Subscription"))
def test_a_subscription_delivers_raw_and_keeps_what_it_cannot_deliver(name: str) -> None:
    subscription = resources("SNS::Subscription")[name]
    assert subscription["Protocol"] == "sqs"
    assert subscription.get("FilterPolicyScope") == ("MessageAttributes" if "FilterPolicy" in subscription else None)
    assert subscription["RawMessageDelivery"] is True
    assert target(subscription["RedrivePolicy"]["deadLetterTargetArn"]) == "UndeliveredQueue"
