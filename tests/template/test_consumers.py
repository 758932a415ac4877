"""Every consumer is one block of one shape: a piece that is forgotten in a new one is named."""

import re

import pytest
from devstack.project import ROOT
from devstack.template import Consumer, consumers, resources, statements, target, template
from rust_sources import code, seconds

EACH = pytest.mark.parametrize("consumer", consumers(), ids=lambda consumer: consumer.name)
QUEUES = resources("SQS::Queue")
ALL = template()["Resources"]
# Who may put registrations back is another than who may put requests back: AWS checks the right to send to the source queue.
OWN_DEAD_LETTERS = {"PartnersQueue": "PartnersDeadLetterQueue"}


def test_every_queue_that_a_function_is_told_of_is_read_by_it_alone() -> None:
    read = [queue for consumer in consumers() for queue in consumer.queues]
    assert len(read) == len(set(read))
    for consumer in consumers():
        told = {target(value) for name, value in consumer.variables.items() if name.endswith("_QUEUE_URL")}
        assert told == {*consumer.queues, *consumer.dead_letter_queues.values(), "QuarantineQueue"}, consumer.name


@EACH
def test_b36_a_function_sets_aside_in_its_queues_own_dead_letter_queues_on_the_last_receive_but_one(consumer: Consumer) -> None:
    variables = {target(value): name for name, value in consumer.variables.items() if name.endswith("_QUEUE_URL")}
    for queue, dead_letters in consumer.dead_letter_queues.items():
        variable = variables[queue].replace("_QUEUE_URL", "_DEAD_LETTER_QUEUE_URL")
        assert target(consumer.variables[variable]) == dead_letters
        assert QUEUES[queue]["RedrivePolicy"]["maxReceiveCount"] == consumer.variables["MAX_RECEIVE_COUNT"]
    assert consumer.variables["MAX_RECEIVE_COUNT"] == {"Ref": "MaxReceiveCount"}


@EACH
def test_its_queues_share_a_dead_letter_queue_of_their_kind(consumer: Consumer) -> None:
    shared = {queue: OWN_DEAD_LETTERS.get(queue, consumer.dead_letters) for queue in consumer.queues}
    for queue, dead_letters in shared.items():
        assert target(QUEUES[queue]["RedrivePolicy"]["deadLetterTargetArn"]) == dead_letters
        assert QUEUES[queue].get("FifoQueue") == QUEUES[dead_letters].get("FifoQueue")
    for dead_letters in shared.values():
        allowed = QUEUES[dead_letters]["RedriveAllowPolicy"]
        assert allowed["redrivePermission"] == "byQueue"
        names = [QUEUES[queue]["QueueName"]["Fn::Sub"] for queue in shared if shared[queue] == dead_letters]
        assert [arn["Fn::Sub"].split(":")[-1] for arn in allowed["sourceQueueArns"]] == [name.split(":")[-1] for name in names]


def test_a_dead_letter_queue_of_one_queue_is_named_for_it_as_its_redrive_expects() -> None:
    sources = [pair for consumer in consumers() for pair in consumer.dead_letter_queues.items()]
    for queue, dead_letters in sources:
        if [of for _, of in sources].count(dead_letters) == 1:
            names = [QUEUES[name]["QueueName"]["Fn::Sub"] for name in (queue, dead_letters)]
            assert names[0] == names[1].replace("-dead-letters", ""), "docs/do/redrive.md"


@EACH
def test_its_mappings_report_single_failures(consumer: Consumer) -> None:
    for mapping in consumer.mappings:
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert all(2 <= at_once <= 1000 for at_once in consumer.concurrency)


def test_the_mappings_on_the_way_to_the_customer_may_have_provisioned_pollers_in_place_of_a_limit() -> None:
    """AWS refuses a mapping with both."""
    nothing, pollers = {"Ref": "AWS::NoValue"}, {"MinimumPollers": {"Ref": "ProvisionedPollers"}, "MaximumPollers": {"Ref": "ProvisionedPollers"}}
    provisioned = set()
    for consumer in consumers():
        for queue, mapping in zip(consumer.queues, consumer.mappings, strict=True):
            if "ProvisionedPollerConfig" in mapping:
                condition, without, limit = mapping["ScalingConfig"]["Fn::If"]
                assert (condition, without, list(limit)) == ("HasProvisionedPollers", nothing, ["MaximumConcurrency"])
                assert mapping["ProvisionedPollerConfig"] == {"Fn::If": ["HasProvisionedPollers", pollers, nothing]}
                provisioned.add(queue)
    assert provisioned == {"IntakeQueue", "NotificationQueue"}
    assert template()["Conditions"]["HasProvisionedPollers"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "ProvisionedPollers"}, 0]}]}
    assert template()["Parameters"]["ProvisionedPollers"]["Default"] == 0


def test_nothing_but_queues_invokes_a_function_but_for_the_schedule_of_statistics() -> None:
    for consumer in consumers():
        schedules = [{"Schedule": "rate(1 minute)", "Input": '{"task": "fold"}'}] if consumer.name == "Statistics" else []
        assert consumer.schedules == schedules
        assert len(consumer.properties["Events"]) == len(consumer.mappings) + len(schedules)
    assert '"fold" => Some(fold(' in code("functions/statistics/src")


@EACH
def test_only_where_no_customer_waits_batches_are_large(consumer: Consumer) -> None:
    for mapping in consumer.mappings:
        batch = mapping["BatchSize"], mapping.get("MaximumBatchingWindowInSeconds")
        if consumer.name == "Statistics":
            assert batch == ({"Ref": "StatisticsBatchSize"}, {"Ref": "StatisticsBatchWindow"})
        else:
            assert batch == (10, None), "a FIFO queue has no window, and a customer waits"


def test_the_size_and_window_of_large_batches_are_what_aws_takes() -> None:
    size, window = (template()["Parameters"][name] for name in ("StatisticsBatchSize", "StatisticsBatchWindow"))
    assert (size["MinValue"], size["MaxValue"], window["MinValue"], window["MaxValue"]) == (1, 10_000, 1, 300), (
        "above 10 records Lambda wants a window of a second"
    )
    assert f"MAX_EVENTS: usize = {size['Default']};" in code("functions/statistics/src"), "a full batch is one transaction"
    timeout = Consumer("Statistics").properties["Timeout"]
    assert QUEUES["StatisticsQueue"]["VisibilityTimeout"] >= 6 * timeout + window["MaxValue"]


@EACH
def test_it_is_a_native_function_of_the_workspace(consumer: Consumer) -> None:
    function = consumer.properties
    assert (function["Runtime"], function["Handler"], function["CodeUri"]) == ("provided.al2023", "bootstrap", ".")
    assert function["Architectures"] == [{"Ref": "Architecture"}]
    assert consumer.metadata == {"BuildMethod": "rust-cargolambda", "BuildProperties": {"Binary": consumer.folder}}
    assert function["FunctionName"] == {"Fn::Sub": f"${{AWS::StackName}}-{consumer.folder}"}
    manifest = f"functions/{consumer.folder}/Cargo.toml"
    assert (ROOT / manifest).exists(), f"{consumer.name} of template.yaml has no handler: add the crate {manifest}"


@EACH
def test_it_logs_to_a_group_that_forgets(consumer: Consumer) -> None:
    group = f"{consumer.name}LogGroup"
    assert target(consumer.properties["LoggingConfig"]["LogGroup"]) == group
    assert resources("Logs::LogGroup")[group]["RetentionInDays"] == {"Ref": "LogRetention"}


@EACH
def test_it_has_a_table_if_its_code_asks_for_one(consumer: Consumer) -> None:
    assert (consumer.table is not None) is ("own_table(" in code(f"functions/{consumer.folder}/src"))


@pytest.mark.parametrize("name", resources("DynamoDB::Table"))
def test_every_table_is_of_the_one_shape(name: str) -> None:
    table = resources("DynamoDB::Table")[name]
    assert [consumer.table for consumer in consumers()].count(name) == 1
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [("pk", "HASH"), ("sk", "RANGE")]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProd", True, False]}
    assert ALL[name]["UpdateReplacePolicy"] == "Retain"
    ages = {"AttributeName": "expiresAt", "Enabled": True}
    is_kept_forever = name in ("LedgerTable", "StatisticsTable")
    assert table.get("TimeToLiveSpecification") == (None if is_kept_forever else ages)


@EACH
def test_its_variables_are_those_its_code_reads(consumer: Consumer) -> None:
    sources = code(f"functions/{consumer.folder}/src")
    given = consumer.variables.keys()
    common = {"RUST_LOG", "BATCH_METRICS", "TRACING", "TABLE_NAME", "TOPIC_ARN", "QUARANTINE_QUEUE_URL", "MAX_RECEIVE_COUNT"}
    read = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', sources)) - {"CARGO_CRATE_NAME"}
    read |= {name.replace("_QUEUE_URL", "_DEAD_LETTER_QUEUE_URL") for name in read if name.endswith("_QUEUE_URL")}
    assert read - common == given - common, f"the variables of {consumer.name}Function, and functions/{consumer.folder}/src"
    assert common <= set(re.findall(r'"([A-Z_]+)"', code("shared/aws/src")))


@EACH
def test_it_has_sample_events(consumer: Consumer) -> None:
    samples = {file.stem for file in (ROOT / "events" / consumer.folder).glob("*.json")}
    assert samples >= {"good", "mixed", "bad", "sns-wrapped"}, f"devstack.generators makes events/{consumer.folder}"


def test_b33_only_the_loops_may_recurse() -> None:
    allowed = {consumer.name for consumer in consumers() if consumer.properties.get("RecursiveLoop") == "Allow"}
    assert allowed == {"Matching", "Points"}


def test_a_lease_outlives_the_function_that_holds_it() -> None:
    lease = re.search(r"pub const LEASE_DURATION: Duration = (.*?);", code("functions/notification/src"))
    assert seconds(lease[1]) > Consumer("Notification").properties["Timeout"]


@EACH
def test_a_deployed_topic_never_lacks_a_subscription_or_its_permission(consumer: Consumer) -> None:
    for name, subscription in resources("SNS::Subscription").items():
        queue = target(subscription["Endpoint"])
        assert set(ALL[name]["DependsOn"]) == {f"{queue}Policy", "UndeliveredQueuePolicy"}
    role = resources("IAM::Role")[f"{consumer.name}Role"]
    assert target(consumer.properties["Role"]) == f"{consumer.name}Role"
    assert statements(role["Policies"][0]["PolicyDocument"]), "written into the role: there before any mapping polls"
