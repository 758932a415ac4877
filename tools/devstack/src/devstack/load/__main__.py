"""Sends many requests at once to a local stack of its own, follows them to their end, and checks it. Writes its part of docs/understand/scale.md."""

import sys

from devstack import plots, sections
from devstack.load import page
from devstack.load.checks import problems
from devstack.load.watch import follow
from devstack.load.workload import Workload
from devstack.local.stack import LocalStack
from devstack.local.temporary import begin, standing

PAGE = "docs/understand/scale.md"
SHOWN = 10


def main() -> int:
    parser = begin(__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--partners", type=int, default=200)
    parser.add_argument("--limit", type=float, default=900, help="seconds until all must be done")
    chosen = parser.parse_args()
    workload = Workload(chosen.requests, chosen.partners)
    with standing(LocalStack(chosen.port, "load-")) as stack:
        workload.prepare(stack)
        watch = follow(stack, workload, chosen.limit)
        found = problems(stack, watch)
    for problem in found[:SHOWN]:
        print(f"load: {problem}", file=sys.stderr)
    if found:
        return 1
    sections.write(PAGE, "load", page.text(watch))
    plots.draw(page.figures(watch))
    print(page.text(watch))
    return 0


if __name__ == "__main__":
    sys.exit(main())
