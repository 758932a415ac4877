"""What README.md and the first day's page quote of the recorded run: in ```text blocks, whole blocks of the report."""

import re

from devstack.project import ROOT
from devstack.reference.recording import RECORDED

QUOTING = ("README.md", "docs/learn/first-day.md")
BLOCK = re.compile(r"(?<=```text\n).*?(?=```)", re.S)


def quoting(page: str) -> str:
    """The page with every quoted block as it was recorded."""
    recorded = blocks(RECORDED.read_text())
    return BLOCK.sub(lambda quoted: "".join(map(recorded.__getitem__, blocks(quoted[0]))), (ROOT / page).read_text())


def blocks(output: str) -> dict[str, str]:
    """The blocks of a report by their headings: a line that is not indented, up to its first colon or number, and the indented lines below it."""
    found = re.findall(r"^(\S.*\n)((?:  .*\n)*)", output, re.M)
    return {re.split(r"[:\d]|  ", heading)[0].strip(): heading + lines for heading, lines in found}
