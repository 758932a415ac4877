"""Draws figures (JSON on standard input) as SVG files into a folder. Runs with .venv-plots, and needs nothing of this package."""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update(
    {
        "svg.hashsalt": "matchflow",  # the same figure is the same file
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.alpha": 0.3,
        "path.simplify": True,
    }
)
from matplotlib import pyplot  # noqa: E402


def draw(figure: dict[str, Any], folder: Path) -> None:
    drawn, axes = pyplot.subplots(figsize=(8, 4), layout="constrained")
    for line in figure["lines"]:
        axes.plot(line["x"], line["y"], label=line["label"], linewidth=1.6)
    axes.set(title=figure["title"], xlabel=figure["x"], ylabel=figure["y"])
    axes.set_xscale("log" if figure["log_x"] else "linear")
    axes.set_yscale("log" if figure["log_y"] else "linear")
    if len(figure["lines"]) > 1:
        axes.legend(frameon=False)
    drawn.savefig(folder / f"{figure['name']}.svg", metadata={"Date": None, "Creator": None})
    pyplot.close(drawn)


if __name__ == "__main__":
    for figure in json.load(sys.stdin):
        draw(figure, Path(sys.argv[1]))
