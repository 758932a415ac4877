"""Sends a believable day to a deployed Matchflow (events/burst), follows it, and prints what happened.

    make outputs | .venv-sam/bin/python -m devstack.demo --outputs -

Every run is a day of its own: requests, purchases and the newcomers among the partners get the run's id, the other
partners stay. It fails if a request does not come to rest, or if anything contradicts events/burst/expected.json.
"""

import argparse
import sys
from datetime import UTC, datetime

from devstack.demo import checks, counted, report
from devstack.demo.books import audit
from devstack.demo.deployed import load
from devstack.demo.lines import expected
from devstack.demo.run import Run

# What the local engine keeps up with, since it serves a FIFO queue one batch after another.
PACE = 25.0
LIMIT_LOCAL = 120.0
LIMIT_AWS = 1800.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Send a day of requests to a deployed stack and report what happened.")
    parser.add_argument(
        "--outputs", required=True, help="file with the stack's outputs as one JSON object; - for standard input"
    )
    parser.add_argument("--pace", type=float, default=PACE, help=f"messages a second; {PACE:.0f} if absent")
    parser.add_argument("--limit", type=float, help="seconds until everything has to be at rest")
    parser.add_argument(
        "--no-work", action="store_true", help="no work gets done: no match is closed, some find no capacity"
    )
    parser.add_argument(
        "--send-texts", action="store_true", help="needed on AWS: texts to fictitious numbers cost money"
    )
    return parser.parse_args()


def main() -> int:
    wanted = arguments()
    stack = load(wanted.outputs)
    if stack.endpoint is None and not wanted.send_texts:
        sys.exit(
            "This would send some 300 text messages through SNS, which AWS charges for: say --send-texts if you want that."
        )
    run = f"{datetime.now(UTC):%m%d-%H%M%S}"
    day = expected()
    limit = wanted.limit or (LIMIT_AWS if stack.endpoint is None else LIMIT_LOCAL)
    outcome = Run(stack, run, day, limit, wanted.pace, work=not wanted.no_work).follow()
    books = audit(outcome.journal.accounts)
    print(report.report(outcome, books, stack, run), flush=True)
    counts = counted.count(stack, outcome.journal, limit)
    print("\n".join(counted.lines(counts)))
    print(report.ending(stack))
    wrong = checks.problems(outcome, books, day, run) + counts.problems
    for problem in wrong:
        print(f"burst: {problem}", file=sys.stderr)
    if wrong:
        print(f"burst: on the queues: {stack.backlog() or 'nothing'}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("burst: interrupted")
