"""docs/reference/json.md: what `matchflow --json` answers, by the types in its source."""

import re
from collections.abc import Iterator

from devstack.project import ROOT
from devstack.reference.markdown import code, page, table

SOURCE = ROOT / "tools/matchflow/src"

# The answers, each with the types that it is made of; `follow` by a prefix, `redrive` without --execute and `replay` answer otherwise.
ANSWERS = {
    "status": ["status/mod.rs Status", "status/findings.rs Verdict", "status/findings.rs Finding", "status/queues.rs QueueStatus", "status/queues.rs Purpose", "consumers.rs Consumer", "status/alarms.rs Alarm"],
    "follow": ["follow/story.rs Story", "follow/subject.rs Subject", "follow/event.rs Event", "follow/waits.rs Expectation", "follow/kept.rs Kept", "follow/story.rs Looked"],
    "follow --scan, where several were found": ["follow/search.rs FoundByScan", "follow/search.rs Match", "follow/subject.rs Subject", "tables/scan.rs Scan"],
    "failures": ["failures/mod.rs Failures", "held/group.rs Group", "held/failed.rs Kind", "held/group.rs Sample", "held/failed.rs About", "failures/mod.rs Looked", "failures/mod.rs Rest"],
    "redrive": ["redrive/plan.rs Plan", "redrive/plan.rs Move", "redrive/plan.rs Refused"],
    "redrive --execute": ["redrive/result.rs Redriven", "redrive/plan.rs Refused", "redrive/result.rs Ended"],
    "drop": ["dropping/mod.rs Dropped"],
    "restore": ["dropping/restore.rs Restored"],
    "pause, resume": ["pausing/mod.rs Changed"],
    "replay": ["replay/mod.rs Replay"],
    "submit": ["submit/mod.rs Submitted", "submit/line.rs Refused"],
    "audit": ["audit/mod.rs Audit", "audit/difference.rs Difference", "audit/difference.rs NotJudged", "audit/reading.rs Looked", "audit/reading.rs Matching", "audit/reading.rs Ledger", "tables/scan.rs Scan"],
    "doctor": ["doctor/mod.rs Doctor", "doctor/checks.rs Finding", "doctor/codes.rs Severity"],
    "partner": ["partner/mod.rs Partner", "partner/holders.rs OpenMatches", "partner/holders.rs Holder", "partner/mod.rs Balance", "partner/entry.rs Entry", "partner/entry.rs Kind", "partner/sums.rs Sums", "partner/sums.rs Sum"],
    "statistics": ["statistics/mod.rs Statistics", "statistics/mod.rs By", "statistics/counted.rs Delay"],
    "demo": ["demo/script.rs Script", "demo/mod.rs Fault", "demo/script.rs Step"],
}

HEAD = """What a program gets that asks `matchflow` with `--json`: one object on standard output, and the exit code of the
[command](matchflow.md). Failures are text on standard error, with exit code 64 or 70. `follow` of a partner's id answers as `partner`.

Members stay as they are within a release; new ones may be added, so leave alone what you do not know. Times are RFC 3339 in UTC, numbers whole unless it is said. A member that is *maybe* there is left out or `null` where there is nothing."""

NAMES = {"String": "text", "str": "text", "bool": "true or false", "f64": "number, with a fraction", "Timestamp": "time", "Date": "date", "Value": "object"}


def answers() -> str:
    sections = [f"## {command}\n\n" + "\n\n".join(section(of) for of in types) for command, types in ANSWERS.items()]
    return page("What --json answers", "the program's source", HEAD, *sections)


def section(of: str) -> str:
    file, name = of.split()
    source = (SOURCE / file).read_text()
    found = re.search(rf"((?:^///[^\n]*\n)*)(?:^#\[[^\n]*\n)*^(?:pub )?(struct|enum) {name} \{{\n(.*?)^\}}", source, re.M | re.S)
    assert found, of
    head = f"**{name}**: {sentence(found[1])}\n\n"
    if found[2] == "struct":
        return head + table(["member", "type", "what it is"], members(found[3]))
    if "tag = " in found[0]:
        head += "An object with two members, `kind` and `id`; by its kind:\n\n"
    return head + table(["value", "what it is"], values(found[3]))


def values(body: str) -> Iterator[tuple[str, str]]:
    """The values of an enum."""
    for docs, name in re.findall(r"((?:^ +///[^\n]*\n)*)^ +(\w+)(?:\(\w+\))?(?: = \d+)?,$", body, re.M):
        yield code(name[0].lower() + name[1:]), sentence(docs)


def members(body: str) -> Iterator[tuple[str, str, str]]:
    for docs, attributes, name, of in re.findall(r"((?:^ +///[^\n]*\n)*)((?:^ +#\[[^\n]*\n)*)^ +(?:pub )?(\w+): (.+?),$", body, re.M):
        if "serde(skip)" in attributes:
            continue
        if "serde(flatten)" in attributes:
            yield "and those of", kind(of), sentence(docs)
            continue
        renamed = re.search(r'rename = "(\w+)"', attributes)
        yield code(renamed[1] if renamed else camel(name)), kind(of), sentence(docs)


def kind(of: str) -> str:
    """A type's name for people."""
    of = of.replace("&'static ", "").replace("&", "")
    if wrapped := re.fullmatch(r"(Option|Vec|Box)<(.+)>", of):
        inner = kind(wrapped[2])
        return {"Option": f"maybe {inner}", "Vec": f"list of {inner}", "Box": inner}[wrapped[1]]
    if "Map<" in of:
        return "object by name"
    if of == "PartlySeen":
        return "list of text"
    if re.fullmatch(r"[ui](size|8|16|32|64)", of):
        return "number"
    if of.startswith("("):
        return "list of two numbers"
    return NAMES.get(of, of)


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def sentence(docs: str) -> str:
    return " ".join(line.strip().removeprefix("///").strip() for line in docs.splitlines())
