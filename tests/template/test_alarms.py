"""There is an alarm for everything that waits, fails, or is kept in quarantine or as a dead letter."""

import re
from typing import Any

import pytest
from devstack.project import CONSTANTS
from devstack.template import consumed_queues, consumers, resources, statements, target, template
from log_lines import METRICS, NAMESPACE
from rust_sources import code

QUEUES = resources("SQS::Queue")
ALARMS = resources("CloudWatch::Alarm")
DEPTH = "ApproximateNumberOfMessagesVisible"


def alarm(metric: str, watched: str) -> dict[str, Any]:
    found = [a for a in ALARMS.values() if a.get("MetricName") == metric and watches(a) == watched]
    assert len(found) == 1, f"{len(found)} alarms on {metric} of {watched}"
    return found[0]


def watches(alarm: dict[str, Any]) -> str | None:
    """The resource that an alarm on one of AWS's own metrics watches."""
    return target(alarm["Dimensions"][0]["Value"]) if "Dimensions" in alarm else None


def from_log(consumer: str, metric: str) -> tuple[dict[str, Any], str, str]:
    """The alarm on a metric that a consumer's log lines make, the lines' pattern, and what each of them counts."""
    (made,) = (f for f in resources("Logs::MetricFilter").values() if f["MetricTransformations"][0]["MetricName"] == metric)
    (transformation,) = made["MetricTransformations"]
    assert target(made["LogGroupName"]) == f"{consumer}LogGroup"
    (rings,) = (a for a in ALARMS.values() if a.get("MetricName") == metric)
    assert rings["Namespace"] == transformation["MetricNamespace"] == {"Ref": "AWS::StackName"}, "one stack's own"
    assert (rings["Statistic"], watches(rings)) == ("Sum", None)
    return rings, made["FilterPattern"], transformation["MetricValue"]


def log_line(message: str, path: str) -> str:
    """The fields of the one log line with this message in the sources under a folder."""
    assert "flatten_event(true)" in code("shared/aws/src"), "fields stand beside `message`, at the top of the line"
    macro = rf'\b(?:info|warn)!\(((?:(?!\b(?:info|warn)!\().)*?)"{message}"\s*\);'
    (fields,) = re.findall(macro, code(path), re.S)
    return str(fields)


@pytest.mark.parametrize("queue", sorted(QUEUES.keys() - consumed_queues().keys()))
def test_a_record_in_quarantine_or_a_dead_letter_rings(queue: str) -> None:
    depth = alarm(DEPTH, queue)
    assert (depth["Threshold"], depth["EvaluationPeriods"], depth["Statistic"]) == (1, 1, "Maximum")
    age = alarm("ApproximateAgeOfOldestMessage", queue)
    assert age["Threshold"] <= QUEUES[queue]["MessageRetentionPeriod"] / 2


@pytest.mark.parametrize("queue", ["QuarantineQueue", "UndeliveredQueue"])
def test_one_more_record_rings_again_where_it_is_sent(queue: str) -> None:
    arrivals = alarm("NumberOfMessagesSent", queue)
    assert (arrivals["Threshold"], arrivals["EvaluationPeriods"], arrivals["Statistic"]) == (1, 1, "Sum")


@pytest.mark.parametrize("queue", sorted({queue for consumer in consumers() for queue in consumer.dead_letter_queues.values()}))
def test_one_more_dead_letter_rings_again(queue: str) -> None:
    """SQS counts no `NumberOfMessagesSent` for what it moves by a redrive policy itself; both metrics together stay the same while
    somebody looks at a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    rings = ALARMS[f"{queue}ArrivalsAlarm"]
    expression, *metrics = rings["Metrics"]
    assert expression["Expression"] == "DIFF(visible + inFlight)"
    assert {metric["Id"]: metric["MetricStat"]["Metric"] for metric in metrics} == {
        identifier: {"Namespace": "AWS/SQS", "MetricName": name, "Dimensions": alarm(DEPTH, queue)["Dimensions"]}
        for identifier, name in (("visible", DEPTH), ("inFlight", "ApproximateNumberOfMessagesNotVisible"))
    }
    assert all((metric["MetricStat"]["Stat"], metric["ReturnData"]) == ("Maximum", False) for metric in metrics)
    assert (rings["Threshold"], rings["EvaluationPeriods"]) == (1, 1)


@pytest.mark.parametrize("queue", consumed_queues())
def test_a_queue_that_is_not_kept_up_with_rings(queue: str) -> None:
    delay = 900 if "DelaySeconds" in QUEUES[queue] else 0  # the longest that the parameter allows
    longest_wait = 3600 if queue == "StatisticsQueue" else 600 + delay
    assert alarm("ApproximateAgeOfOldestMessage", queue)["Threshold"] == longest_wait


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
@pytest.mark.parametrize("consumer", consumers(), ids=lambda consumer: consumer.name)
def test_a_failing_function_rings(consumer: Any, metric: str) -> None:
    assert alarm(metric, f"{consumer.name}Function")["Threshold"] == 1


@pytest.mark.parametrize("consumer", consumers(), ids=lambda consumer: consumer.name)
def test_records_that_fail_again_and_again_ring(consumer: Any) -> None:
    """They are no `Errors`: the batch that reports them succeeds."""
    rings = alarm("failed", f"{consumer.name}Function")
    assert "failed = self.count(|status| matches!(status, RecordStatus::Failed))," in log_line("batch done", "shared/batch/src")
    assert (rings["Namespace"], [dimension["Name"] for dimension in rings["Dimensions"]]) == (NAMESPACE, [METRICS["failed"]])
    assert rings["Statistic"] == "Sum"
    assert (rings["Period"], rings["EvaluationPeriods"], rings["DatapointsToAlarm"], rings["Threshold"]) == (300, 6, 3, 1)


def test_many_refused_texts_ring() -> None:
    rings, pattern, value = from_log("Notification", "NotificationRefusedTexts")
    assert (pattern, value) == ('{ ($.reason = "refused") && ($.channel = "sms") }', "1")
    fields = log_line("SNS refused the message: it is not sent over this channel", "functions/notification/src")
    assert "channel = channel.as_str()" in fields and "reason = FailedReason::Refused.as_str()" in fields
    lines = re.findall(r"\b(?:error|warn|info|debug)!\((.*?)\);", code("functions/notification/src") + code("shared"), re.S)
    assert len([line for line in lines if "channel" in line and "reason" in line]) == 1, "the filter counts this line alone"
    assert "sms" in CONSTANTS["channels"] and "refused" in CONSTANTS["reasons"]["notification.failed"]
    assert (rings["Period"], rings["EvaluationPeriods"], rings["Threshold"]) == (900, 1, 10)


def test_a_disabled_push_platform_rings() -> None:
    rings, pattern, value = from_log("Notification", "NotificationPlatformDisabled")
    assert (pattern, value) == ('{ $.reason = "platform_disabled" }', "1")
    line = "SNS has disabled the app's push platform: no push is sent until its credential is renewed"
    assert 'reason = "platform_disabled"' in log_line(line, "functions/notification/src")
    assert (rings["Period"], rings["EvaluationPeriods"], rings["Threshold"]) == (300, 1, 1)


def test_texts_that_sns_takes_and_does_not_send_ring() -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html has the metrics, units and dimensions."""
    spend = ALARMS["TextSpendAlarm"]
    assert (spend["Namespace"], spend["MetricName"], spend["Statistic"]) == ("AWS/SNS", "SMSMonthToDateSpentUSD", "Maximum")
    assert "Dimensions" not in spend, "the metric has none"
    assert (spend["Threshold"], spend["ComparisonOperator"]) == ({"Ref": "TextSpendAlarmFrom"}, "GreaterThanOrEqualToThreshold")
    success = ALARMS["TextSuccessAlarm"]
    (delivered,) = success["Metrics"]
    assert delivered["Expression"] == 'SELECT AVG(SMSSuccessRate) FROM SCHEMA("AWS/SNS", Country, SMSType)'
    assert (success["Threshold"], success["ComparisonOperator"]) == ({"Ref": "TextSuccessAlarmBelow"}, "LessThanThreshold")
    defaults = [template()["Parameters"][name]["Default"] for name in ("TextSpendAlarmFrom", "TextSuccessAlarmBelow")]
    assert all(0 < default < 1 for default in defaults), "a new account's quota is 1 dollar; a share"


def test_what_could_not_be_delivered_is_logged_with_the_name_of_its_queue() -> None:
    """SNS names the group itself: sns/<region>/<account>/<topic>/Failure."""
    (logging,) = resources("SNS::Topic")["EventsTopic"]["DeliveryStatusLogging"]
    assert (logging["Protocol"], target(logging["FailureFeedbackRoleArn"])) == ("sqs", "DeliveryLogRole")
    assert logging.keys() == {"Protocol", "FailureFeedbackRoleArn"}, "failures alone"
    topic = resources("SNS::Topic")["EventsTopic"]["TopicName"]["Fn::Sub"]
    group = resources("Logs::LogGroup")["DeliveryFailuresLogGroup"]
    assert group["LogGroupName"] == {"Fn::Sub": f"sns/${{AWS::Region}}/${{AWS::AccountId}}/{topic}/Failure"}
    assert group["RetentionInDays"] == {"Ref": "LogRetention"}
    role = resources("IAM::Role")["DeliveryLogRole"]
    (trust,), (write,) = (statements(one) for one in (role["AssumeRolePolicyDocument"], role["Policies"][0]["PolicyDocument"]))
    assert trust["Principal"] == {"Service": "sns.amazonaws.com"}
    assert target(write["Resource"]) == "DeliveryFailuresLogGroup"


@pytest.mark.parametrize("metric", ["NumberOfNotificationsFailed", "NumberOfNotificationsFailedToRedriveToDlq"])
def test_what_the_topic_cannot_deliver_rings(metric: str) -> None:
    rings = alarm(metric, "EventsTopic")
    assert rings["Dimensions"] == [{"Name": "TopicName", "Value": {"Fn::GetAtt": ["EventsTopic", "TopicName"]}}]
    assert (rings["Namespace"], rings["Statistic"], rings["Threshold"], rings["EvaluationPeriods"]) == ("AWS/SNS", "Sum", 1, 1)


def test_every_alarm_goes_to_the_alarm_topic_if_there_is_one_and_so_does_its_end() -> None:
    for name, body in ALARMS.items():
        assert body["AlarmActions"]["Fn::If"][:2] == ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}]], name
        assert body["OKActions"] == body["AlarmActions"], name
        assert template()["Resources"][name].get("Condition") == ("IsOnAws" if "Metrics" in body else None), "the local engine takes no expressions"
        rings_below = name == "TextSuccessAlarm"
        assert body["ComparisonOperator"] == ("LessThanThreshold" if rings_below else "GreaterThanOrEqualToThreshold"), name
        assert body["TreatMissingData"] == "notBreaching", name
