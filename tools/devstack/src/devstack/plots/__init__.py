"""Figures for the documentation: described here, drawn as SVG by matplotlib in an environment of its own (.venv-plots)."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from devstack.project import ROOT

IMAGES = ROOT / "docs/images"
POINTS = 300  # of a line at most


@dataclass(frozen=True)
class Line:
    label: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True)
class Figure:
    """Lines over one axis. `name` is the file's, in docs/images."""

    name: str
    title: str
    x: str
    y: str
    lines: Sequence[Line]
    log_x: bool = False
    log_y: bool = False


def draw(figures: Sequence[Figure], into: Path = IMAGES) -> None:
    described = [asdict(figure) | {"lines": [asdict(thinned(line)) for line in figure.lines]} for figure in figures]
    program = [ROOT / ".venv-plots/bin/python", Path(__file__).with_name("svg.py"), into]
    subprocess.run(program, input=json.dumps(described), text=True, check=True)


def thinned(line: Line) -> Line:
    step = -(-len(line.x) // POINTS)
    return Line(line.label, list(line.x[::step]), list(line.y[::step])) if step > 1 else line
