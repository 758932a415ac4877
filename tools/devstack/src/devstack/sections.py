"""Pages of the documentation that commands write, part by part."""

import re
from pathlib import Path

from devstack.project import ROOT


def begin(name: str) -> str:
    return f"<!-- written by `make {name}` -->"


def end(name: str) -> str:
    return f"<!-- end of what `make {name}` writes -->"


def write(page: str, name: str, text: str) -> None:
    """Replaces the part of a page that a command writes."""
    path = ROOT / page
    path.write_text(replaced(path.read_text(), name, text))


def replaced(page: str, name: str, text: str) -> str:
    part = re.compile(f"(?<={re.escape(begin(name))}\n).*?(?={re.escape(end(name))}\n)", re.S)
    changed, count = part.subn(lambda _: text.strip("\n") + "\n", page)
    assert count == 1, f"the page must have {begin(name)} and {end(name)} once"
    return changed


def part(page: Path, name: str) -> str:
    """What a command wrote of a page."""
    return page.read_text().split(begin(name) + "\n", 1)[1].split(end(name) + "\n", 1)[0]
