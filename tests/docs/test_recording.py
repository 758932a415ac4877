"""The recorded run is what the demo prints: its blocks' titles, its rows and its checks, by the demo's source; and it has the counts
that the day comes to.

Where a text of the demo changed, record again: devstack.reference.recording says how.
"""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from devstack import demo
from devstack.project import ROOT
from devstack.reference.recording import RECORDED, TITLE
from devstack.template import template

DEMO = Path(demo.__file__).parent
REPORT, _, ANSWERS = RECORDED.read_text().partition(f"\n{TITLE}")[2].partition("\n$ ")


def nodes(file: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse((DEMO / file).read_text())))


def pattern(node: ast.AST) -> str:
    """What a string or an f-string prints, whatever its values are."""
    match node:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(map(pattern, parts))
        case ast.FormattedValue(value=ast.Constant() as text):
            return f" *{pattern(text)} *"
        case _:
            return ".*"


def block(title: str) -> list[str]:
    """The rows below a title."""
    return re.search(rf"^{title}\n((?:  .*\n)*)", REPORT, re.M)[1].splitlines()


def test_the_recorded_checks_are_those_of_the_demo_and_all_hold() -> None:
    keys = [pattern(key) for node in nodes("checks.py") if isinstance(node, ast.Dict) for key in node.keys if key]
    held = re.findall(r"^  [✓✗] .*", REPORT, re.M)
    assert [line for line in held if not any(re.fullmatch(f"  ✓ {key}", line) for key in keys)] == []
    assert len(held) == len(keys) == len(set(held))


def test_each_recorded_title_is_one_that_the_demo_prints() -> None:
    patterns = [pattern(node) for node in nodes("report.py") if isinstance(node, ast.Constant | ast.JoinedStr)]
    patterns = [text for text in patterns if not text.startswith(".*")]  # one that begins with a value says nothing
    titles = re.findall(r"^\S.*", REPORT, re.M)
    assert titles
    unknown = [title for title in titles if not any(re.fullmatch(f"{made}(: .*)?", title) for made in patterns)]
    assert unknown == []


def rows() -> Iterator[str]:
    """What the rows of the report look like: a name, a count and a remark."""
    for node in nodes("report.py"):
        match node:
            case ast.Call(func=ast.Name("row"), args=[ast.Constant() as name, _, *remark]):
                yield rf"  {pattern(name)} *[0-9/]+ *{''.join(map(pattern, remark))}"
            case ast.Dict(keys=names, values=remarks):
                yield from (rf"  {pattern(name)} *[0-9/]+ *{pattern(remark)}" for name, remark in zip(names, remarks, strict=True) if name)


def test_each_recorded_row_is_one_that_the_demo_prints() -> None:
    recorded = [row for title in ("Requests: .*", "Sent besides", "Points", "Customers told") for row in block(title)]
    assert len(recorded) > 10
    assert [row for row in recorded if not any(re.fullmatch(made, row) for made in rows())] == []


def test_the_recorded_counts_are_those_that_the_day_comes_to() -> None:
    expected = json.loads((ROOT / "events/burst/expected.json").read_text())
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(expected["quarantined"].items()))
    total = sum(expected["quarantined"].values())
    assert re.search(rf"^  repeats +{expected['repeats']} ", REPORT, re.M)
    assert re.search(rf"^  quarantined +{total}   {reasons}$", REPORT, re.M)
    assert re.search(rf"^Requests: {expected['requests']} of {expected['requests']} settled$", REPORT, re.M)
    assert re.search(rf"^  Unmatched  no_partner +{len(expected['noPartner'])} ", REPORT, re.M)


def test_the_operators_program_has_the_last_word() -> None:
    commands = re.findall(r"^(?:\$ )?target/debug/matchflow --port \d+ (\w+)", ANSWERS, re.M)
    assert commands == ["follow", "statistics", "status"]
    assert "charge of" in ANSWERS and "refused" in ANSWERS
    assert re.search(r"^Dashboard: http://127.0.0.1:\d+/\?token=\w+$", ANSWERS, re.M)


def test_the_recorded_outputs_are_the_templates() -> None:
    recorded = re.findall(r'^  "(\w+)": ', RECORDED.read_text(), re.M)
    assert set(recorded) - {"Endpoint", "Region"} == template()["Outputs"].keys()


def test_the_first_days_batch_has_the_counts_of_its_sample() -> None:
    outcomes = Counter(json.loads((ROOT / "events/expected.json").read_text())["points/mixed.json"])
    handled, ignored, quarantined = outcomes.pop("accepted"), outcomes.pop("ignored", 0), outcomes.total()
    counts = f'"records":{handled + ignored + quarantined},"handled":{handled},"ignored":{ignored},"quarantined":{quarantined},"set_aside":0,"failed":0'
    assert counts in (ROOT / "docs/learn/first-day.md").read_text()
