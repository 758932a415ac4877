"""docs/reference/alarms.md: every alarm of the template, with what it means, and the page that says what to do."""

import re
from typing import Any

from devstack.reference.markdown import code, table
from devstack.reference.markdown import page as markdown_page
from devstack.template import resources, target

INTRODUCTION = """
Set the parameter `AlarmTopicArn` to be told: [Alarms](../do/operate.md#alarms); without it the alarms only show in CloudWatch. Every alarm treats missing data as good,
and also tells when it ends.
"""

# Pages of docs/do/incidents, each for one situation.
DEAD_LETTERS = "[Dead letters](../do/incidents/dead-letters.md)"
UNDELIVERED = "[Undelivered events](../do/incidents/undelivered.md)"
BACKLOG = "[A backlog](../do/incidents/backlog.md)"
FAILING_RECORDS = "[Records that fail](../do/incidents/failing-records.md)"
QUARANTINE = "[Quarantine](../do/quarantine.md)"

# An alarm's name, what it means, what to do. Every alarm of the template matches exactly one.
MEANINGS = [
    (
        "QuarantineQueueDepth",
        "A record can never succeed: bad JSON, a broken contract, an identity conflict.",
        f"{QUARANTINE}: read it, fix the sender.",
    ),
    (
        r"(Quarantine|Undelivered|\w+DeadLetter)QueueArrivals",
        "One more came to those that lie there already, for which the alarm on the depth rings once only.",
        f"As for the alarm on the depth: {QUARANTINE}, {UNDELIVERED}, {DEAD_LETTERS}.",
    ),
    (
        r"QuarantineQueueAge|\w+DeadLetterQueueAge|UndeliveredQueueAge",
        "What lies there was not looked at for 7 days. SQS drops it after 14.",
        f"Look now: {QUARANTINE}, {UNDELIVERED}, {DEAD_LETTERS}.",
    ),
    (
        r"\w+DeadLetterQueueDepth",
        "A record failed again and again, over hours. Its attribute `failure` says why.",
        f"{DEAD_LETTERS}: mend the cause, then put them back.",
    ),
    (
        "UndeliveredQueueDepth",
        "The topic could not deliver an event to a queue.",
        f"{UNDELIVERED}: mend the subscription, then publish them again.",
    ),
    (
        r"(?!Quarantine|Undelivered)\w+(?<!DeadLetter)QueueAge",
        "Work waits for 10 minutes (deferred: 25, statistics: 60): a fault that is being retried, too little concurrency, or a queue that an operator has paused (`matchflow status`).",
        f"{BACKLOG}. See first whether `…FailedRecords` or `…Throttles` of the same function rings.",
    ),
    (
        r"\w+FailedRecords",
        "Records fail again and again, for a quarter of an hour: a fault that is being retried. It reads the batches' summary lines, so it is blind "
        "where `LogLevel` is warn or error.",
        f"{FAILING_RECORDS}: the function's log names the cause ([Reasons and errors](reasons.md)). The dead-letter queue's alarm rings hours later.",
    ),
    (
        "NotificationRefusedTexts",
        "SNS refused 10 texts within 15 minutes.",
        "[Text messages](../do/operate.md#text-messages): the sandbox, phones that opted out, the sender. A used-up quota refuses nothing: `TextSpend`.",
    ),
    (
        "NotificationPlatformDisabled",
        "SNS cannot reach the app's push platform: the credential (APNs certificate or key, FCM service account) has expired or was revoked. No push is "
        "sent; each waits in its queue.",
        "[Renew it](../do/operate.md#push-messages) within `NotifyWithin`.",
    ),
    (
        "TextSpend",
        "The account's text messages of this month near its spending quota. Beyond it SNS takes texts and does not send them: `notification.sent` goes on.",
        "Raise the quota in time, or find out who sends: [Texts that do not arrive](../do/operate.md#texts-that-do-not-arrive).",
    ),
    (
        "TextSuccess",
        "SNS took texts that were not delivered: the quota, the sandbox, the carrier, a phone that opted out.",
        "[Texts that do not arrive](../do/operate.md#texts-that-do-not-arrive).",
    ),
    (
        "TopicFailed|TopicLost",
        "The topic could not deliver (`TopicFailed`), and could not even put the event into `undelivered` (`TopicLost`). It may be another team's queue.",
        f"{UNDELIVERED}: find out which subscription it is, fix that queue's policy and its key's. What was lost can only be replayed from the topic's archive "
        "(`ArchiveDays`).",
    ),
    (
        r"\w+Errors",
        "Whole invocations failed: a crash, a time-out, an event that is not one of SQS; of statistics also a fold, whose counters are late then.",
        f"{FAILING_RECORDS}: read the function's log.",
    ),
    (
        r"\w+Throttles",
        "The account's concurrency is used up.",
        f"{BACKLOG}: raise it, or lower another function's share.",
    ),
]


def page() -> str:
    alarms = {name.removesuffix("Alarm"): alarm for name, alarm in resources("CloudWatch::Alarm").items()}
    rows: dict[int, list[str]] = {index: [] for index in range(len(MEANINGS))}
    for name in alarms:
        rows[meaning_of(name)].append(name)
    meanings = [[", ".join(map(code, rows[at])), MEANINGS[at][1], MEANINGS[at][2]] for at in rows]
    conditions = [[code(name), condition(alarm)] for name, alarm in sorted(alarms.items())]
    return markdown_page(
        "Alarms",
        "template.yaml",
        INTRODUCTION,
        table(["alarm", "what it means", "what to do"], meanings),
        "## Conditions",
        f"All {len(alarms)}:",
        table(["alarm", "rings when"], conditions),
    )


def meaning_of(alarm: str) -> int:
    found = [at for at, (names, _, _) in enumerate(MEANINGS) if re.fullmatch(names, alarm)]
    if len(found) != 1:
        raise LookupError(f"the alarm {alarm} has {len(found)} meanings in devstack.reference.alarms, and needs one")
    return found[0]


COMPARISONS = {"GreaterThanOrEqualToThreshold": "≥", "LessThanThreshold": "<"}


def condition(alarm: dict[str, Any]) -> str:
    """When an alarm rings: `ApproximateNumberOfMessagesVisible` of `QuarantineQueue`, maximum ≥ 1, within 1 minute."""
    assert alarm["TreatMissingData"] == "notBreaching"
    metrics = alarm.get("Metrics", [alarm])
    measured = code(alarm["MetricName"]) if "MetricName" in alarm else metrics[0]["Label"]
    statistic = f", {alarm['Statistic'].lower()}" if "Statistic" in alarm else ""
    source = metrics[-1].get("MetricStat", metrics[-1])  # of an expression's own metrics, which are alike, the last one
    dimensions = source.get("Metric", source).get("Dimensions")
    watched = f" of {code(target(dimensions[0]['Value']))}" if dimensions else ""
    threshold = code(target(alarm["Threshold"])) if isinstance(alarm["Threshold"], dict) else alarm["Threshold"]
    threshold = duration(threshold) if "Age" in measured else threshold
    periods, needed = alarm["EvaluationPeriods"], alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])
    length = duration(source["Period"])
    span = f"within {length}" if periods == 1 else f"in {needed} of {periods} periods of {length}"
    return f"{measured}{watched}{statistic} {COMPARISONS[alarm['ComparisonOperator']]} {threshold}, {span}"


def duration(seconds: int) -> str:
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"
