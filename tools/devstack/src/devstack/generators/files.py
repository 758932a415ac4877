"""Writes events/: the sample SQS events of every consumer and the burst's day. The same bytes every time.

python -m devstack.generators            # write
python -m devstack.generators --check    # say whether events/ is what would be written
"""

import argparse
import json
from pathlib import Path
from typing import Any

from devstack.generators.burst import files as burst
from devstack.generators.samples import files as samples
from devstack.project import EVENTS


def pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def contents() -> dict[str, str]:
    """Every generated file by its path under events/."""
    batches, outcomes = samples.files()
    lines, expected = burst.files()
    made = {path: pretty(event) for path, event in batches.items()}
    made["expected.json"] = pretty(outcomes)
    made |= {f"burst/{name}": text for name, text in lines.items()}
    made["burst/expected.json"] = pretty(expected)
    return made


def differing(root: Path) -> list[str]:
    """The generated files that are not under the root as they should be."""
    made = contents()
    return [
        path
        for path, text in made.items()
        if not (root / path).is_file() or (root / path).read_bytes() != text.encode()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the sample events and the burst.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file differs")
    stale = differing(EVENTS)
    if parser.parse_args().check:
        print(
            "\n".join(f"events/{path} is not what devstack.generators makes" for path in stale)
            or "events/ is up to date"
        )
        return 1 if stale else 0
    made = contents()
    for path in stale:
        (EVENTS / path).parent.mkdir(parents=True, exist_ok=True)
        (EVENTS / path).write_bytes(made[path].encode())
    print(f"{len(made)} files, {len(stale)} written")
    return 0
