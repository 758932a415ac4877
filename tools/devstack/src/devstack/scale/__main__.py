"""Runs the model, and writes what it says into docs/understand/scale.md and docs/images."""

import argparse

from devstack import plots, sections
from devstack.console import log
from devstack.scale import page
from devstack.scale.figures import figures
from devstack.scale.results import Results

PAGE = "docs/understand/scale.md"


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    results = Results()
    sections.write(PAGE, "scale", page.text(results))
    plots.draw(figures(results))
    print(page.answers(results))
    log(f"scale: written to {PAGE}")


if __name__ == "__main__":
    main()
