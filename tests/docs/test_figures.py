"""Figures in the pages that follow from the template."""

from devstack.project import ROOT
from devstack.template import resources


def page(name: str) -> str:
    """A page's text without its line breaks."""
    return " ".join((ROOT / "docs" / name).read_text().split())


def test_the_cost_counts_every_metric_with_an_alarm() -> None:
    metrics = sum(len([m for m in alarm.get("Metrics", [alarm]) if "MetricStat" in m]) or 1 for alarm in resources("CloudWatch::Alarm").values())
    assert f"{metrics} metrics with an alarm" in page("do/deploy.md")
