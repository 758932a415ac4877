"""Every consumer is one block of one shape: whoever adds one and forgets a piece is told which."""

import re

import pytest
from stack_template import ROOT, Consumer, code, consumers, resources, seconds, setting, statements, target, template

EACH = pytest.mark.parametrize("consumer", consumers(), ids=lambda consumer: consumer.name)
QUEUES = resources("SQS::Queue")
ALL = template()["Resources"]


def test_the_consumers_are_these() -> None:
    assert {consumer.name: set(consumer.queues) for consumer in consumers()} == {
        "Matching": {"IntakeQueue", "OutcomesQueue", "DeferredQueue"},
        "Points": {"PointsQueue"},
        "Notification": {"NotificationQueue"},
        "Statistics": {"StatisticsQueue"},
    }


@EACH
def test_its_queues_share_a_dead_letter_queue_of_their_kind(consumer: Consumer) -> None:
    dead_letters = QUEUES[consumer.dead_letters]
    for queue in consumer.queues:
        assert target(QUEUES[queue]["RedrivePolicy"]["deadLetterTargetArn"]) == consumer.dead_letters
        assert QUEUES[queue].get("FifoQueue") == dead_letters.get("FifoQueue")
    allowed = dead_letters["RedriveAllowPolicy"]
    assert allowed["redrivePermission"] == "byQueue"
    names = [QUEUES[queue]["QueueName"]["Fn::Sub"] for queue in consumer.queues]
    assert [arn["Fn::Sub"].split(":")[-1] for arn in allowed["sourceQueueArns"]] == [
        name.split(":")[-1] for name in names
    ]


@EACH
def test_its_mappings_report_single_failures(consumer: Consumer) -> None:
    for event in setting(consumer.name)["Events"].values():
        mapping = event["Properties"]
        assert event["Type"] == "SQS"
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert 2 <= mapping["ScalingConfig"]["MaximumConcurrency"] <= 1000


@EACH
def test_only_where_nobody_waits_batches_are_large(consumer: Consumer) -> None:
    for event in setting(consumer.name)["Events"].values():
        mapping = event["Properties"]
        batch = mapping["BatchSize"], mapping.get("MaximumBatchingWindowInSeconds")
        if consumer.name == "Statistics":
            assert batch == ({"Ref": "StatisticsBatchSize"}, {"Ref": "StatisticsBatchWindow"})
        else:
            assert batch == (10, None), "a FIFO queue has no window, and a customer waits"


def test_the_size_and_window_of_large_batches_are_what_aws_takes() -> None:
    size, window = (template()["Parameters"][name] for name in ("StatisticsBatchSize", "StatisticsBatchWindow"))
    assert (size["MinValue"], size["MaxValue"], window["MinValue"], window["MaxValue"]) == (1, 10_000, 0, 300)
    assert size["Default"] <= 10 or window["Default"] >= 1
    timeout = setting("Statistics")["Timeout"]
    assert QUEUES["StatisticsQueue"]["VisibilityTimeout"] >= 6 * timeout + window["MaxValue"]


@EACH
def test_it_is_a_native_function_of_the_workspace(consumer: Consumer) -> None:
    function = setting(consumer.name)
    metadata = ALL[f"{consumer.name}Function"]["Metadata"]
    assert (function["Runtime"], function["Handler"], function["CodeUri"]) == ("provided.al2023", "bootstrap", ".")
    assert function["Architectures"] == [{"Ref": "Architecture"}]
    assert metadata == {"BuildMethod": "rust-cargolambda", "BuildProperties": {"Binary": consumer.folder}}
    assert (ROOT / "functions" / consumer.folder / "Cargo.toml").exists()


@EACH
def test_it_logs_to_a_group_that_forgets(consumer: Consumer) -> None:
    group = f"{consumer.name}LogGroup"
    assert target(setting(consumer.name)["LoggingConfig"]["LogGroup"]) == group
    assert resources("Logs::LogGroup")[group]["RetentionInDays"] == {"Ref": "LogRetention"}


@EACH
def test_a_table_of_its_own_is_of_the_one_shape(consumer: Consumer) -> None:
    given = setting(consumer.name)["Environment"]["Variables"]
    assert ("TABLE_NAME" in given) == ("own_table(" in code(f"functions/{consumer.folder}/src"))
    if "TABLE_NAME" not in given:
        return
    name = target(given["TABLE_NAME"])
    table = resources("DynamoDB::Table")[name]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [("pk", "HASH"), ("sk", "RANGE")]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProd", True, False]}
    assert ALL[name]["UpdateReplacePolicy"] == "Retain"
    ages = {"AttributeName": "expiresAt", "Enabled": True}
    for_ever = name in ("LedgerTable", "StatisticsTable")
    assert table.get("TimeToLiveSpecification") == (None if for_ever else ages)


@EACH
def test_its_variables_are_those_its_code_reads(consumer: Consumer) -> None:
    sources = code(f"functions/{consumer.folder}/src")
    given = setting(consumer.name)["Environment"]["Variables"].keys()
    common = {"RUST_LOG", "TABLE_NAME", "TOPIC_ARN", "QUARANTINE_QUEUE_URL"}
    read = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', sources)) - {"CARGO_CRATE_NAME"}
    assert read - common == given - common
    assert common <= set(re.findall(r'"([A-Z_]+)"', code("shared/aws/src")))


@EACH
def test_it_has_sample_events(consumer: Consumer) -> None:
    samples = {file.stem for file in (ROOT / "events" / consumer.folder).glob("*.json")}
    assert samples >= {"good", "mixed", "bad", "sns-wrapped"}


def test_b33_only_the_loops_may_recurse() -> None:
    allowed = {consumer.name for consumer in consumers() if setting(consumer.name).get("RecursiveLoop") == "Allow"}
    assert allowed == {"Matching", "Points"}


def test_a_lease_outlives_the_function_that_holds_it() -> None:
    lease = re.search(r"pub const LEASE_DURATION: Duration = (.*?);", code("functions/notification/src"))
    assert seconds(lease[1]) > setting("Notification")["Timeout"]


@EACH
def test_a_deployed_topic_never_lacks_a_subscription_or_its_permission(consumer: Consumer) -> None:
    for name, subscription in resources("SNS::Subscription").items():
        queue = target(subscription["Endpoint"])
        assert set(ALL[name]["DependsOn"]) == {f"{queue}Policy", "UndeliveredQueuePolicy"}
    role = resources("IAM::Role")[f"{consumer.name}Role"]
    assert target(setting(consumer.name)["Role"]) == f"{consumer.name}Role"
    assert statements(role["Policies"][0]["PolicyDocument"]), "written into the role: there before any mapping polls"
