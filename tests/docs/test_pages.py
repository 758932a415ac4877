"""What the documentation promises of itself: a README of one page, a short glossary, generated pages that are fresh."""

import json
import re

import pytest
from devstack.project import ROOT
from devstack.reference import GENERATED
from devstack.verification.breaks import BREAKS

README = (ROOT / "README.md").read_text()


def test_the_readme_is_one_page() -> None:
    lines = README.splitlines()
    assert len(lines) <= 150
    assert len(README.split()) <= 900
    assert [line for line in lines if len(line) > 120] == []


def test_the_glossary_has_at_most_forty_one_terms_in_order_each_once() -> None:
    terms = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs/glossary.md").read_text(), re.M)[2:]
    assert 0 < len(terms) <= 41
    assert terms == sorted(set(terms), key=str.lower)


@pytest.mark.parametrize("path", GENERATED)
def test_a_generated_file_is_fresh(path: str) -> None:
    assert (ROOT / path).read_text() == GENERATED[path](), "run `make reference`"


def test_every_reason_has_a_paragraph() -> None:
    reasons = json.loads((ROOT / "shared/contract/constants.json").read_text())["reasons"]
    explained = re.findall(r"^### `(\w+)`$", (ROOT / "docs/reference/reasons.md").read_text(), re.M)
    assert sorted(explained) == sorted(code for codes in reasons.values() for code in codes)


def test_every_behaviour_has_a_test_that_begins_with_its_number() -> None:
    page = (ROOT / "docs/reference/behaviours.md").read_text()
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", page, re.M)]
    sources = [path for folder in ("functions", "shared", "tests") for kind in ("rs", "py") for path in (ROOT / folder).rglob(f"*.{kind}")]
    tested = {int(number) for path in sources for number in re.findall(r"(?:fn |def test_)b(?:ehaviour_)?(\d\d)_", path.read_text())}
    assert numbers == list(range(1, len(numbers) + 1))
    assert set(numbers) == tested


def test_every_line_that_is_logged_as_a_warning_or_an_error_is_explained() -> None:
    rows = re.findall(r"^\| (.+?) \| `(?:WARN|ERROR)` \|", (ROOT / "docs/reference/reasons.md").read_text(), re.M)
    sources = [path for folder in ("functions", "shared") for path in (ROOT / folder).glob("*/src/**/*.rs") if "tests" not in path.parts]
    logged: set[str] = set()
    for path in sources:
        code = path.read_text().split("#[cfg(test)]")[0]
        begins = r"\b(?:(?:warn|error)!\(|log_record!\(\s*(?:warn|error),)"
        for message in re.findall(begins + r'[^;]*?"((?:[^"\\]|\\.)*)"\s*\)', code):
            logged.add(re.sub(r"\\\n\s*", "", message))
    assert logged == set(rows)


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs/decisions"
    decisions = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [name[:4] for name in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    assert re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", (folder / "README.md").read_text()) == decisions


def test_the_files_that_the_architecture_names_exist() -> None:
    named = re.findall(r"`([a-z_.]+/[\w./-]+)`", (ROOT / "ARCHITECTURE.md").read_text())
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_pages_that_the_sources_name_exist() -> None:
    sources = [path for folder in ("functions", "shared", "tools") for kind in ("rs", "py") for path in (ROOT / folder).rglob(f"*.{kind}")]
    named = {page for path in [ROOT / "template.yaml", *sources] for page in re.findall(r"\bdocs/[\w./-]+\.md\b", path.read_text())}
    assert named
    assert [page for page in sorted(named) if not (ROOT / page).exists()] == []


def test_the_pages_say_how_many_guards_there_are() -> None:
    everything, by_simulation = len(BREAKS), sum(not guard.package for guard in BREAKS)
    by_own_tests = everything - by_simulation
    assert f"`make guards` takes {len(BREAKS)} safeguards out" in README
    guarantees = " ".join((ROOT / "docs/understand/guarantees.md").read_text().split())
    assert f"`make guards` takes {everything} conditions and checks out" in guarantees
    assert f"The simulation notices {by_simulation}. The other {by_own_tests} are" in guarantees
    assert f"takes {len(BREAKS)} safeguards out" in (ROOT / "README.md").read_text()
    assert f"takes {everything} guards out" in (ROOT / "docs/understand/simulation.md").read_text()
