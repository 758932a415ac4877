"""Sends many requests at once to a local stack of its own, follows them to their end, and checks it. Writes its part of docs/understand/scale.md."""

import argparse
import signal
import sys

from devstack import plots, sections
from devstack.load import page
from devstack.load.checks import problems
from devstack.load.watch import follow
from devstack.load.workload import Workload
from devstack.local import engine
from devstack.local.deploy import deploy, deployed
from devstack.local.stack import (
    LocalStack,
    clear_aws_environment,
    exit_on_sigterm,
    port,
)
from devstack.local.temporary import reserved

PAGE = "docs/understand/scale.md"
SHOWN = 10


def main() -> int:
    signal.signal(signal.SIGTERM, exit_on_sigterm)
    clear_aws_environment()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=port, required=True)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--partners", type=int, default=200)
    parser.add_argument("--limit", type=float, default=900, help="seconds until all must be done")
    chosen = parser.parse_args()
    local = LocalStack(chosen.port, "load-")
    workload = Workload(chosen.requests, chosen.partners)
    with reserved(local) as template:
        deploy(local, engine.start(local), template)
        stack = deployed(local)
        workload.prepare(stack)
        watch = follow(stack, workload, chosen.limit)
        found = problems(stack, watch)
        stack.close()
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
