"""docs/reference/commands.md: the Makefile's targets and variables."""

import re

from devstack.project import ROOT
from devstack.reference.markdown import code, table
from devstack.reference.markdown import page as markdown_page

INTRODUCTION = """
Each command installs what it needs into the project's folder. A variable is set on the command line: `make local PORT=4570`.
"""

TIMES = """
How long they take: [Contributing](../../CONTRIBUTING.md#tests-by-kind). How to read what they report: [Testing](../testing.md#how-to-read-a-failure).
"""


def page() -> str:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z0-9-]+):.*?## (.+)$", makefile, re.M)
    variables = re.findall(r"^([A-Z_]+) \?=(.*)$", makefile, re.M)
    used = [[code(name), code(default.strip()), users(makefile, name)] for name, default in variables]
    return markdown_page(
        "Commands",
        "the Makefile",
        INTRODUCTION,
        table(["command", "what it does"], [[code(f"make {name}"), text] for name, text in targets]),
        TIMES,
        "## Variables",
        table(["variable", "default", "used by"], used),
    )


def users(makefile: str, variable: str) -> str:
    """The targets whose recipes use a variable, directly or by a helper variable (`stack`)."""
    names = {variable}
    for name, value in re.findall(r"^(\w+) := (.+)$", makefile, re.M):
        if any(re.search(rf"\b{known}\b", value) for known in names):
            names.add(name)
    used = re.compile(r"\$\((?:or \$\()?(?:" + "|".join(sorted(names)) + r")\b")
    recipes = re.findall(r"^([a-z0-9-]+):.*?## .+\n((?:\t.*\n)*)", makefile, re.M)
    return ", ".join(code(name) for name, recipe in recipes if used.search(recipe))
