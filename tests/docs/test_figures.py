"""Figures and names in the pages that follow from the template."""

import re

from devstack.deployment import longest_stack_name
from devstack.project import ROOT
from devstack.template import consumed_queues, consumers, resources, template


def page(name: str) -> str:
    """A page's text without its line breaks."""
    return " ".join((ROOT / "docs" / name).read_text().split())


def test_the_hour_in_which_a_release_that_crashes_fills_the_dead_letter_queues_is_the_templates() -> None:
    queues = {name: resources("SQS::Queue")[name] for name in consumed_queues()}
    receives = template()["Parameters"]["MaxReceiveCount"]["Default"]
    spans = {name: receives * queue["VisibilityTimeout"] for name, queue in queues.items()}
    statistics = spans.pop("StatisticsQueue")
    assert set(spans.values()) == {3600} and statistics == 2 * 3600 + 40 * 60
    assert "20 receives × 180 s = 1 hour" in page("do/upgrade.md") and "20 × 480 s = 2 hours 40 minutes" in page("do/upgrade.md")


def test_the_queues_to_delete_are_those_that_outlive_their_stack_and_no_other_stacks() -> None:
    (named,) = re.findall(r'for queue in ([^;]*); do url=\$\(aws sqs get-queue-url --queue-name "\$STACK-\$queue"', page("do/upgrade.md"))
    every = template()["Resources"].values()
    kept = [one["Properties"]["QueueName"]["Fn::Sub"] for one in every if one["Type"] == "AWS::SQS::Queue" and "DeletionPolicy" in one]
    assert sorted(named.replace("\\", "").split()) == sorted(name.removeprefix("${AWS::StackName}-") for name in kept)


def row(title: str, name: str) -> str:
    """The first row of this name under a title of cost.md."""
    text = (ROOT / "docs/understand/cost.md").read_text()
    return next(line for line in text[text.index(f"## {title}") :].splitlines() if line.startswith(f"| {name} "))


def test_the_readmes_figures_are_those_of_the_pages() -> None:
    (readme,) = re.findall(r"\*\*Figures\*\*: (.*?) - \*\*", " ".join((ROOT / "README.md").read_text().split()))
    alone, *_, full = map(float, re.findall(r"\*\*([\d.]+)\*\*", row("A million requests", "**all**")))
    micros, over_floor = re.findall(r"\| points \| (\d+) \([^)]*\) \| ([\d.]+) \|", page("understand/benchmarks.md"))[0]
    (told,) = re.findall(r"told, idle \| half within [\w ]+, 99 % within ([\w. ]+):", page("understand/scale.md"))
    assert f" cost {full:.0f} to {alone:.0f} dollars" in readme
    assert f"takes {int(micros) / 1000:.2f} ms of CPU time, {float(over_floor):.1f} times a bare Rust loop" in readme
    assert f"are told within {told} in a" in readme


def test_the_first_deployments_page_has_the_templates_figures() -> None:
    at_once = sum(sum(consumer.concurrency) for consumer in consumers())
    assert f"up to {at_once} batches at once" in page("do/first-deploy.md")
    assert f"{longest_stack_name()} characters at most" in page("do/first-deploy.md")
