"""docs/reference/doctor.md has a section for each code of `matchflow doctor`, and no other."""

import re

from devstack.project import ROOT

PAGE = (ROOT / "docs/reference/doctor.md").read_text()
SOURCES = ROOT / "tools/matchflow/src/doctor"
CODES = dict(reversed(found) for found in re.findall(r'Code::(warning|serious)\(\s*"([a-z-]+)"', (SOURCES / "codes.rs").read_text()))


def test_every_code_has_a_section_that_says_how_bad_it_is() -> None:
    sections = re.findall(r"^### `([a-z-]+)`\n\n(\w+)", PAGE, re.M)
    assert len(sections) == len(re.findall("^### ", PAGE, re.M)) == len(dict(sections))
    assert {code: severity.lower() for code, severity in sections} == CODES


def test_every_code_is_found_somewhere() -> None:
    rules = "".join(path.read_text().split("#[cfg(test)]")[0] for path in SOURCES.rglob("*.rs") if path.name != "codes.rs")
    assert [code for code in CODES if code.upper().replace("-", "_") not in rules] == []
