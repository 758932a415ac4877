"""docs/understand/cost.json: what `make count` measured, for pages and models that are made from it."""

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from devstack.project import ROOT

if TYPE_CHECKING:
    from devstack.counting.bill import Run

FILE = ROOT / "docs/understand/cost.json"
Units = dict[str, dict[str, float]]


def save(runs: "Iterable[Run]") -> None:
    """Write and read units of a request, by size of batches and function."""
    found = {
        run.batch: {
            name: {"write": round(run.each(one.write), 3), "read": round(run.each(one.read), 3)}
            for name, one in run.counted.items()
        }
        for run in runs
    }
    FILE.write_text(json.dumps(found, indent=2) + "\n")


@cache
def units(batch: int) -> Units:
    """By function."""
    measured: dict[str, Units] = json.loads(FILE.read_text())
    return measured[str(batch)]
