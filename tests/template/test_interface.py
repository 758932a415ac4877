"""What other teams and the people who deploy rely on: outputs, parameters, environments."""

import pytest
from devstack.template import consumers, environments, overrides, resources, target, template
from rust_sources import code

OUTPUTS = {
    "EventsTopicArn": "EventsTopic",
    "IntakeQueueUrl": "IntakeQueue",
    "PartnersQueueUrl": "PartnersQueue",
    "OutcomesQueueUrl": "OutcomesQueue",
    "DeferredQueueUrl": "DeferredQueue",
    "PointsQueueUrl": "PointsQueue",
    "NotificationQueueUrl": "NotificationQueue",
    "StatisticsQueueUrl": "StatisticsQueue",
    "QuarantineQueueUrl": "QuarantineQueue",
    "UndeliveredQueueUrl": "UndeliveredQueue",
    "MatchingDeadLetterQueueUrl": "MatchingDeadLetterQueue",
    "PartnersDeadLetterQueueUrl": "PartnersDeadLetterQueue",
    "PointsDeadLetterQueueUrl": "PointsDeadLetterQueue",
    "NotificationDeadLetterQueueUrl": "NotificationDeadLetterQueue",
    "StatisticsDeadLetterQueueUrl": "StatisticsDeadLetterQueue",
    "MatchingTableName": "MatchingTable",
    "LedgerTableName": "LedgerTable",
    "NotificationTableName": "NotificationTable",
    "StatisticsTableName": "StatisticsTable",
    "KeyArn": "Key",
}
DEFAULTS = {
    "MaxAttempts": 60,
    "DeferralDelay": 60,
    "NotifyWithin": 86400,
    "AllowedPhonePrefixes": "+82",
    "MaxTextPrice": 0.2,
    "RetentionDays": 400,
    "Architecture": "arm64",
}


def test_the_outputs_are_the_contracts() -> None:
    outputs = template()["Outputs"]
    assert {name: target(body["Value"]) for name, body in outputs.items()} == OUTPUTS
    for name in OUTPUTS.keys() - {"KeyArn"}:
        assert outputs[name]["Value"].keys() == {"Ref"}, name  # a queue's URL, a topic's ARN, a table's name


def test_the_parameters_have_the_contracts_defaults() -> None:
    parameters = template()["Parameters"]
    assert {name: parameters[name]["Default"] for name in DEFAULTS} == DEFAULTS
    assert all("Default" in body and "Description" in body for body in parameters.values())


def test_the_level_of_the_logs_is_one_word_that_the_functions_know() -> None:
    level = template()["Parameters"]["LogLevel"]
    assert level["AllowedValues"] == ["error", "warn", "info", "debug", "trace"]
    assert "level.parse().ok()" in code("shared/aws/src"), "one word: a tracing LevelFilter, not a list of targets"
    for consumer in consumers():
        assert consumer.variables["RUST_LOG"] == {"Ref": "LogLevel"}


def test_what_turns_the_metrics_off_is_a_word_that_the_functions_know() -> None:
    chosen = template()["Parameters"]["BatchMetrics"]
    assert (chosen["AllowedValues"], chosen["Default"]) == (["all", "failed"], "all")
    assert 'env::var("BATCH_METRICS").is_ok_and(|chosen| chosen == "failed")' in code("shared/aws/src")
    for consumer in consumers():
        assert consumer.variables["BATCH_METRICS"] == {"Ref": "BatchMetrics"}


def test_traces_are_off_by_default_and_turned_on_for_function_and_lambda_by_one_word() -> None:
    chosen = template()["Parameters"]["Tracing"]
    assert (chosen["AllowedValues"], chosen["Default"]) == (["off", "xray"], "off")
    assert template()["Conditions"]["HasTraces"] == {"Fn::Equals": [{"Ref": "Tracing"}, "xray"]}
    assert 'env::var("TRACING").is_ok_and(|chosen| chosen == "xray")' in code("shared/aws/src")
    for consumer in consumers():
        assert consumer.variables["TRACING"] == {"Ref": "Tracing"}
        assert consumer.properties["Tracing"] == {"Fn::If": ["HasTraces", "Active", "PassThrough"]}, "the daemon, which takes segments"


def test_the_highest_number_of_attempts_is_the_one_that_matching_takes() -> None:
    highest = template()["Parameters"]["MaxAttempts"]["MaxValue"]
    assert f"within(1..={highest})" in code("functions/matching/src")


def test_b28_what_has_ended_is_kept_longer_than_any_message_and_transfers_forever() -> None:
    parameters = template()["Parameters"]
    longest = max(queue["MessageRetentionPeriod"] for queue in resources("SQS::Queue").values()) / 86400
    # Replayed from the archive on its last day, retried by SNS, put into `undelivered`, published again from there, then in a queue,
    # then in its dead-letter queue. SNS retries a delivery from a FIFO topic to SQS for 23 days:
    # https://docs.aws.amazon.com/sns/latest/dg/fifo-message-durability.html
    assert parameters["RetentionDays"]["MinValue"] > parameters["ArchiveDays"]["MaxValue"] + 23 + 3 * longest
    assert "TimeToLiveSpecification" not in resources("DynamoDB::Table")["LedgerTable"]


def test_the_ledgers_index_has_every_decision_by_account_and_sequence_and_what_an_audit_adds_up() -> None:
    """That decisions, and no other items, have these attributes is shown by functions/points/tests/dynamodb.rs."""
    (index,) = resources("DynamoDB::Table")["LedgerTable"]["GlobalSecondaryIndexes"]
    keys = [(key["AttributeName"], key["KeyType"]) for key in index["KeySchema"]]
    assert (index["IndexName"], keys) == ("History", [("partner", "HASH"), ("sequence", "RANGE")])
    projected = index["Projection"]
    assert projected == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["balance", "transfer", "refusal", "decidedAt"]}


def test_the_topics_archive_is_a_parameter_and_off_at_first() -> None:
    archive = resources("SNS::Topic")["EventsTopic"]["ArchivePolicy"]["Fn::If"]
    assert archive[:2] == ["HasArchive", {"MessageRetentionPeriod": {"Ref": "ArchiveDays"}}]
    assert template()["Parameters"]["ArchiveDays"]["Default"] == 0


@pytest.mark.parametrize("environment", ["local", "dev", "prod"])
def test_an_environment_is_whole(environment: str) -> None:
    chosen = environments()[environment]
    assert chosen["global"]["parameters"]["region"] == "ap-northeast-2"
    assert overrides(environment)["Environment"] == environment
    assert overrides(environment).keys() <= template()["Parameters"].keys()
    assert set(chosen["deploy"]["parameters"]["tags"]) == {"Project=matchflow", f"Environment={environment}"}
    if environment != "local":
        assert chosen["build"]["parameters"] == {"cached": False, "parallel": True}


def test_the_local_environment_hurries() -> None:
    local = overrides("local")
    assert (local["MaxAttempts"], local["DeferralDelay"]) == ("15", "2")
    assert not overrides("prod").keys() & {"MaxAttempts", "DeferralDelay", "NotifyWithin", "AllowedPhonePrefixes"}


def test_only_the_local_stacks_script_can_deploy_the_local_environment() -> None:
    local = environments()["local"]["deploy"]["parameters"]
    assert not local.keys() & {"s3_bucket", "resolve_s3"}, "sam must not find a bucket for it on AWS"


def test_prod_asks_before_it_changes() -> None:
    assert environments()["prod"]["deploy"]["parameters"]["confirm_changeset"] is True
