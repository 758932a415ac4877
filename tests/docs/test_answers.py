"""docs/reference/json.md: every type that a member has is there, in the same section."""

import re

from devstack.project import ROOT

SECTIONS = (ROOT / "docs/reference/json.md").read_text().split("\n## ")[1:]


def test_every_members_type_is_in_its_section() -> None:
    assert len(SECTIONS) > 10
    for section in SECTIONS:
        used = set(re.findall(r"^\| `\w+` \| (?:maybe |list of )*([A-Z]\w*) \|", section, re.M))
        assert used <= set(re.findall(r"^\*\*(\w+)\*\*:", section, re.M)), section.partition("\n")[0]
