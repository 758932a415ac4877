"""Every link in the repository's Markdown leads somewhere."""

import os
import re
from functools import cache
from pathlib import Path

import pytest
from devstack.project import ROOT

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$|<(?:img|source)[^>]* (?:src|srcset)=\"([^\"]+)\"", re.M)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)


BUILT = {"target", "node_modules"}


def pages() -> list[Path]:
    """The project's own Markdown files: none of an environment's, which are in hidden folders, and none of a build's."""
    found: list[Path] = []
    for folder, subfolders, files in os.walk(ROOT):
        subfolders[:] = [name for name in subfolders if name not in BUILT and not name.startswith(".")]
        found += [Path(folder) / name for name in files if name.endswith(".md")]
    return sorted(found)


def links(page: Path) -> set[str]:
    found = LINK.findall(CODE.sub("", page.read_text()))
    return {target for targets in found for target in targets if target and not re.match(r"https?:|mailto:", target)}


@cache
def anchors(page: Path) -> set[str]:
    """The headings as GitHub makes anchors of them: lower case, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", page.read_text(), flags=re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    broken = []
    for link in sorted(links(page)):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken
