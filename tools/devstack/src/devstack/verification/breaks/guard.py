"""A guard in the Rust sources, and what the code is without it.

A comment `// guard: balance-covers-fee` marks the statement, match arm or header of a block that follows it. An edit is a small
pattern within it, which says what makes the guard one and leaves out what may be renamed.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

FOLDERS = ("functions", "shared")
MARKER = re.compile(r"^ *// guard: ([\w-]+)\n", re.M)


class Edit(NamedTuple):
    """Replaces the one match of a pattern in the marked code; `.` matches line ends, too."""

    pattern: str
    replacement: str


# The condition of an `if` or of a match guard never holds, or always does.
NEVER = Edit(r"\bif (.+?) (\{|=>)", r"if false && (\1) \2")
ALWAYS = Edit(r"\bif (.+?) (\{|=>)", r"if true || (\1) \2")
# An error goes unnoticed.
UNCHECKED = Edit(r"(\S.*)\?;", r"let _ = \1;")
# A DynamoDB item is put under no condition, in place of one that wants it to be absent.
PUT_OVER = Edit(r"\.put_new\(", ".put(")


@dataclass(frozen=True)
class Break:
    """A guard taken out."""

    marker: str
    name: str
    edit: Edit
    package: str = ""  # whose own tests have to notice; the simulation, if there is none

    def apply(self, root: Path) -> None:
        """Takes the guard out of the sources under a folder."""
        (file,) = [file for file, markers in markers_in(root).items() if self.marker in markers]
        file.write_text(self.broken(file.read_text()))

    def broken(self, text: str) -> str:
        start = next(found.end() for found in MARKER.finditer(text) if found[1] == self.marker)
        end = start + len(marked(text[start:]))
        changed, count = re.subn(self.edit.pattern, self.edit.replacement, text[start:end], flags=re.S)
        if count != 1:
            raise ValueError(f"{self.marker}: {self.edit.pattern!r} matches {count} times, not once, in\n{text[start:end]}")
        return text[:start] + changed + text[end:]


def marked(text: str) -> str:
    """The lines until all brackets but those of blocks are closed and the line ends a statement, an arm or a header."""
    code, depth = "", 0
    for line in text.splitlines(keepends=True):
        code += line
        depth += sum(map(line.count, "([")) - sum(map(line.count, ")]"))
        if depth <= 0 and line.rstrip().endswith((";", ",", "{", ")", '"')):
            return code
    raise ValueError(f"no end of the marked code in\n{text[:200]}")


def markers_in(root: Path) -> dict[Path, list[str]]:
    """The markers in the sources under a folder, by file."""
    sources = (file for folder in FOLDERS for file in sorted((root / folder).rglob("*.rs")))
    return {file: found for file in sources if (found := MARKER.findall(file.read_text()))}
