"""Nothing waits, fails or is set aside unseen."""

from typing import Any

import pytest
from stack_template import consumed_queues, consumers, resources, target

QUEUES = resources("SQS::Queue")
ALARMS = resources("CloudWatch::Alarm")


def alarm(metric: str, watched: str) -> dict[str, Any]:
    found = [a for a in ALARMS.values() if a["MetricName"] == metric and target(a["Dimensions"][0]["Value"]) == watched]
    assert len(found) == 1, f"{len(found)} alarms on {metric} of {watched}"
    return found[0]


@pytest.mark.parametrize("queue", sorted(QUEUES.keys() - consumed_queues().keys()))
def test_whatever_is_set_aside_rings(queue: str) -> None:
    depth = alarm("ApproximateNumberOfMessagesVisible", queue)
    assert (depth["Threshold"], depth["EvaluationPeriods"], depth["Statistic"]) == (1, 1, "Maximum")
    age = alarm("ApproximateAgeOfOldestMessage", queue)
    assert age["Threshold"] <= QUEUES[queue]["MessageRetentionPeriod"] / 2


@pytest.mark.parametrize("queue", consumed_queues())
def test_a_queue_that_is_not_kept_up_with_rings(queue: str) -> None:
    delay = 900 if "DelaySeconds" in QUEUES[queue] else 0  # the longest that the parameter allows
    assert alarm("ApproximateAgeOfOldestMessage", queue)["Threshold"] == 600 + delay


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
@pytest.mark.parametrize("consumer", consumers(), ids=lambda consumer: consumer.name)
def test_a_failing_function_rings(consumer: Any, metric: str) -> None:
    assert alarm(metric, f"{consumer.name}Function")["Threshold"] == 1


def test_every_alarm_goes_to_the_alarm_topic_if_there_is_one() -> None:
    for name, body in ALARMS.items():
        assert body["AlarmActions"]["Fn::If"][:2] == ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}]], name
        assert body["ComparisonOperator"] == "GreaterThanOrEqualToThreshold", name
        assert body["TreatMissingData"] == "notBreaching", name
