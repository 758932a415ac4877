"""Every alarm leads to one page of docs/do that says what to do, and that page names it."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from devstack.project import ROOT
from devstack.reference.alarms import MEANINGS, meaning_of
from devstack.template import resources

FOLDER = ROOT / "docs/do/incidents"
INCIDENTS = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
ALARMS = sorted(name.removesuffix("Alarm") for name in resources("CloudWatch::Alarm"))
SHAPE = ["What you see", "What it means", "What to look at", "What to do", "When it is over"]


def codes(text: str) -> list[str]:
    """The names in code type, each as a pattern: `…Errors` stands for every name that ends so."""
    return [name.replace("…", "*") for name in re.findall(r"`([\w…]+)`", text)]


def linked(text: str, page: Path) -> set[str]:
    """The links of a text on a page, from the project's folder on, with their headings."""
    links = [re.split("(?=#)", link) for link in re.findall(r"\]\(([^)]+)\)", text)]
    return {"".join([str((page.parent / file).resolve().relative_to(ROOT)), *heading]) for file, *heading in links}


def index() -> list[tuple[list[str], str]]:
    """The rows of the folder's README: names of alarms, and where each row leads."""
    page = FOLDER / "README.md"
    rows = re.findall(r"^\| (.+) \| (\[.+\]\(.+\)) \|$", page.read_text(), re.M)
    return [(codes(seen), *linked(leads, page)) for seen, leads in rows]


def pages(alarm: str) -> list[str]:
    return [page for names, page in index() if any(fnmatchcase(alarm, name) for name in names)]


def sections(page: Path) -> dict[str, str]:
    return dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", page.read_text(), re.M | re.S))


@pytest.mark.parametrize("alarm", ALARMS)
def test_an_alarm_leads_to_one_page_that_names_it(alarm: str) -> None:
    (page,) = pages(alarm)
    reference = ROOT / "docs/reference/alarms.md"
    assert page in linked(MEANINGS[meaning_of(alarm)][2], reference)
    if (ROOT / page).parent == FOLDER:
        assert any(fnmatchcase(alarm, name) for name in codes(sections(ROOT / page)["What you see"])), page


def test_what_leads_to_a_page_is_an_alarm() -> None:
    unknown = [name for names, _ in index() for name in names if not any(fnmatchcase(alarm, name) for alarm in ALARMS)]
    assert unknown == []


@pytest.mark.parametrize("row", range(len(MEANINGS)))
def test_the_reference_leads_nowhere_else(row: int) -> None:
    links = {link for link in linked(MEANINGS[row][2], ROOT / "docs/reference/alarms.md") if link.startswith("docs/do/")}
    assert links == {page for alarm in ALARMS if meaning_of(alarm) == row for page in pages(alarm)}


def test_every_page_is_in_the_index() -> None:
    assert {str(page.relative_to(ROOT)) for page in INCIDENTS} <= {page for _, page in index()}


@pytest.mark.parametrize("page", INCIDENTS, ids=lambda page: page.stem)
def test_a_page_is_short_and_of_one_shape(page: Path) -> None:
    assert list(sections(page)) == SHAPE
    assert len(page.read_text().splitlines()) <= 70
