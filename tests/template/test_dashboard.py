"""The dashboard and the saved queries show what there is: metrics and fields that the functions emit, resources of the stack."""

import json
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from devstack.project import CONSTANTS
from devstack.template import consumed_queues, consumers, resources, target, template
from log_lines import FIELDS, MESSAGES, METRICS, NAMESPACE
from rust_sources import code

(DASHBOARD,) = resources("CloudWatch::Dashboard").values()
WIDGETS: list[dict[str, Any]] = json.loads(DASHBOARD["DashboardBody"]["Fn::Sub"])["widgets"]
QUERIES = resources("Logs::QueryDefinition")
FUNCTIONS = {f"{consumer.name}Function" for consumer in consumers()}
MEASURED = {"FunctionName": FUNCTIONS, "QueueName": set(consumed_queues())}  # of what there is a metric, by its dimension
Metric = tuple[str, str, str, str]  # namespace, name, dimension, the logical id of what it is of


def metrics(widget: dict[str, Any]) -> Iterator[Metric]:
    """A widget's metrics; `...` and `.` stand for what the one before has."""
    before: list[str] = []
    for row in widget["properties"].get("metrics", []):
        full = [*before[: len(before) - len(row) + 1], *row[1:]] if row[0] == "..." else row
        before = [before[at] if value == "." else value for at, value in enumerate(full)]
        namespace, name, dimension, value = before
        (resource,) = re.findall(r"^\$\{(\w+)(?:\.\w+)?\}$", value)
        yield namespace, name, dimension, resource


SHOWN = {metric for widget in WIDGETS for metric in metrics(widget)}


def shown(namespace: str, name: str) -> set[str]:
    """What a metric is shown of."""
    return {resource for ns, metric, _, resource in SHOWN if (ns, metric) == (namespace, name)}


def test_the_own_metrics_are_those_that_the_functions_emit() -> None:
    own = {metric for metric in SHOWN if not metric[0].startswith("AWS/")}
    assert own
    for namespace, name, dimension, resource in own:
        assert (namespace, dimension, resource in MEASURED[dimension]) == (NAMESPACE, METRICS[name], True), name


def test_the_metrics_of_aws_are_those_of_the_alarms_or_known_and_of_resources_of_their_kind() -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html has the two that no alarm reads."""
    alarms = {(a["Namespace"], a["MetricName"], a["Dimensions"][0]["Name"]) for a in resources("CloudWatch::Alarm").values() if "Dimensions" in a}
    others = {("AWS/Lambda", name, "FunctionName") for name in ("ConcurrentExecutions", "Duration")}
    kinds = {"AWS/SQS": "SQS::Queue", "AWS/Lambda": "Serverless::Function", "AWS/SNS": "SNS::Topic"}
    for namespace, name, dimension, resource in SHOWN:
        if namespace != NAMESPACE:
            assert (namespace, name, dimension) in alarms | others
            assert resource in resources(kinds[namespace])


def test_it_shows_whether_every_queue_is_kept_up_with_and_every_function() -> None:
    assert shown("AWS/SQS", "ApproximateAgeOfOldestMessage") == set(consumed_queues())
    assert shown("AWS/SQS", "ApproximateNumberOfMessagesVisible") == set(resources("SQS::Queue"))
    for metric in ("ConcurrentExecutions", "Throttles", "Errors", "Duration"):
        assert shown("AWS/Lambda", metric) == FUNCTIONS, metric


def test_it_shows_all_that_is_counted_of_every_function_and_the_age_of_every_queue() -> None:
    reasons = {f"quarantined_{reason}" for reason in CONSTANTS["reasons"]["record.quarantined"]}
    assert reasons < set(METRICS)
    for metric in set(METRICS) - {"quarantined", "held_back"}:  # which are in the counts by reason, and in the failed
        assert shown(NAMESPACE, metric) == MEASURED[METRICS[metric]], metric


def test_it_shows_every_alarm() -> None:
    (widget,) = (widget for widget in WIDGETS if widget["type"] == "alarm")
    assert sorted(widget["properties"]["alarms"]) == sorted(f"${{{alarm}.Arn}}" for alarm in resources("CloudWatch::Alarm"))
    assert len(widget["properties"]["alarms"]) <= 100, "the most that a widget takes"


def test_its_widgets_lie_side_by_side_on_the_grid() -> None:
    for one, other in combinations(WIDGETS, 2):
        apart = [one[at] + one[size] <= other[at] or other[at] + other[size] <= one[at] for at, size in (("x", "width"), ("y", "height"))]
        assert any(apart), (one["properties"], other["properties"])
    assert max(widget["x"] + widget["width"] for widget in WIDGETS) == 24


def test_it_costs_nothing_where_it_is_not_wanted() -> None:
    body = template()["Resources"]["StackDashboard"]
    assert body["Condition"] == "HasDashboard"
    wanted = [{"Condition": "IsOnAws"}, {"Fn::Equals": [{"Ref": "Dashboard"}, "true"]}]
    assert template()["Conditions"]["HasDashboard"] == {"Fn::And": wanted}, "alarms on expressions, which it shows, are on AWS alone"


NAME = r"[a-zA-Z_@]\w*"
WORDS = {"filter", "fields", "stats", "sort", "display", "limit", "parse", "by", "as", "desc", "in", "or", "and", "count", "min", "max", "latest", "coalesce"}


def read_and_made(query: str) -> tuple[set[str], set[str]]:
    """The fields that a query reads, and those that it makes."""
    pattern = r"/\^.*\$/"
    made = set(re.findall(rf"\bas ({NAME})", query)) | {name for found in re.findall(pattern, query) for name in re.findall(r"\?<(\w+)>", found)}
    words = re.findall(rf"(?<![\w@]){NAME}", re.sub(r'"[^"]*"', "", re.sub(pattern, "", query)))
    return set(words) - WORDS - made, made


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_reads_fields_that_are_logged(name: str) -> None:
    query = QUERIES[name]["QueryString"]
    read, made = read_and_made(query)
    assert read and made.isdisjoint(FIELDS)
    of_lambda = {"@timestamp", "@log", "@message"}
    assert read - FIELDS - of_lambda == ({"request_id"} if name == "OneRequestQuery" else set())
    assert set(re.findall(r'message = "([^"]*)"', query)) <= MESSAGES
    assert "request_id = %" in code("functions/notification/src")


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_looks_into_every_functions_log(name: str) -> None:
    assert {target(group) for group in QUERIES[name]["LogGroupNames"]} == {f"{consumer.name}LogGroup" for consumer in consumers()}
    assert QUERIES[name]["Name"]["Fn::Sub"].startswith("${AWS::StackName}/")
    assert template()["Resources"][name]["Condition"] == "IsOnAws"
