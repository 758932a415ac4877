"""The recorded run is what the demo prints: its blocks' titles and its checks, by the demo's source.

Where a text of the demo changed, record again: devstack.reference.recording says how.
"""

import ast
import re
from pathlib import Path

from devstack import demo
from devstack.reference.recording import RECORDED, TITLE

DEMO = Path(demo.__file__).parent
REPORT = RECORDED.read_text().partition(f"\n{TITLE}")[2]


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


def test_the_recorded_checks_are_those_of_the_demo_and_all_hold() -> None:
    keys = [pattern(key) for node in nodes("checks.py") if isinstance(node, ast.Dict) for key in node.keys if key]
    held = re.findall(r"^  [✓✗] .*", REPORT, re.M)
    assert [line for line in held if not any(re.fullmatch(f"  ✓ {key}", line) for key in keys)] == []
    assert len(held) == len(keys) == len(set(held))


def test_each_recorded_title_is_one_that_the_demo_prints() -> None:
    printed = [node for file in ("report.py", "statistics.py", "requests.py") for node in nodes(file)]
    patterns = [pattern(node) for node in printed if isinstance(node, ast.Constant | ast.JoinedStr)]
    patterns = [text for text in patterns if not text.startswith(".*")]  # one that begins with a value says nothing
    titles = re.findall(r"^\S.*", REPORT, re.M)
    assert titles
    unknown = [title for title in titles if not any(re.fullmatch(f"{made}(: .*)?", title) for made in patterns)]
    assert unknown == []
