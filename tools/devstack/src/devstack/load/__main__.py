"""Sends many requests at once to a local stack of its own, follows them to their end, and checks it. With the numbers that stand in
docs/understand/scale.md it writes its part of that page."""

import sys

from devstack import plots, sections
from devstack.console import log
from devstack.load import page
from devstack.load.checks import problems
from devstack.load.watch import follow
from devstack.load.workload import LEAST_PARTNERS, Workload
from devstack.local.stack import LocalStack
from devstack.local.temporary import begin, standing

PAGE = "docs/understand/scale.md"
PUBLISHED = Workload(requests=2000, partners=200)
SHOWN = 10


def main() -> int:
    parser = begin(__doc__)
    parser.add_argument("--requests", type=int, default=PUBLISHED.requests)
    parser.add_argument("--partners", type=int, default=PUBLISHED.partners)
    parser.add_argument("--limit", type=float, default=900, help="seconds until all must be done")
    chosen = parser.parse_args()
    if chosen.requests < 1 or chosen.partners < LEAST_PARTNERS:
        parser.error(f"at least one request and {LEAST_PARTNERS} partners, a region of them")
    workload = Workload(chosen.requests, chosen.partners)
    with standing(LocalStack(chosen.port, "load-")) as stack:
        workload.prepare(stack)
        watch = follow(stack, workload, chosen.limit)
        found = problems(stack, watch)
    for problem in found[:SHOWN]:
        print(f"load: {problem}", file=sys.stderr)
    if found:
        return 1
    print(page.text(watch))
    if (workload.requests, workload.partners) == (PUBLISHED.requests, PUBLISHED.partners):
        sections.write(PAGE, "load", page.text(watch))
        plots.draw(page.figures(watch))
        log(f"load: written to {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
