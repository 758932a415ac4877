"""Sends a believable day to a deployed Matchflow (events/burst), follows it, and prints what happened.

    make outputs | .venv-sam/bin/python -m devstack.demo --outputs -

Every run is a day of its own: requests, purchases and the newcomers among the partners get the run's id, the other
partners stay. It fails if a request is not settled in time, or if anything contradicts events/burst/expected.json.
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from devstack.clients.accounts import audit
from devstack.clients.stack import Stack
from devstack.demo import operating, statistics
from devstack.demo.checks import checks
from devstack.demo.messages import Burst
from devstack.demo.report import conclusion, report
from devstack.demo.run import Run

PACE = 25.0  # messages a second that the local engine keeps up with, since it serves a FIFO queue one batch after another
LIMIT_LOCAL, LIMIT_AWS = 120.0, 1800.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Send a day of requests to a deployed stack and report what happened.")
    parser.add_argument("--outputs", required=True, help="file with the stack's outputs as one JSON object; - for standard input")
    parser.add_argument("--pace", type=float, default=PACE, help=f"messages a second; {PACE:.0f} if absent")
    parser.add_argument("--limit", type=float, help="seconds until every request has to be settled")
    parser.add_argument("--no-work", action="store_true", help="no work gets done: no match is closed, some find no capacity")
    parser.add_argument("--send-texts", action="store_true", help="needed on AWS: texts to fictitious numbers cost money")
    return parser.parse_args()


def load(path: str) -> Stack:
    outputs = json.loads(sys.stdin.read() if path == "-" else Path(path).read_text())
    needed = {"EventsTopicArn", "IntakeQueueUrl", "PartnersQueueUrl", "PointsQueueUrl", "QuarantineQueueUrl", "StatisticsTableName"}
    if missing := needed - set(outputs):
        sys.exit(f"{path} lacks the stack outputs {', '.join(sorted(missing))}")
    return Stack(outputs)


def main() -> int:
    wanted = arguments()
    stack = load(wanted.outputs)
    if stack.endpoint is None and not wanted.send_texts:
        sys.exit(
            "This would send some 300 text messages through SNS, which AWS charges for: say --send-texts if you want that."
        )
    limit = wanted.limit or (LIMIT_AWS if stack.endpoint is None else LIMIT_LOCAL)
    burst = Burst(f"{datetime.now(UTC):%m%d-%H%M%S}", stack.topic)
    try:
        result = Run(stack, burst, wanted.pace, limit, closes=not wanted.no_work).follow()
    finally:
        stack.close()
    accounts = audit(result.log.accounts)
    print("\n".join(report(result, accounts, stack)), flush=True)
    counted = statistics.count(stack, result.log, limit)
    held = checks(result, accounts, counted)
    print("\n".join(conclusion(held, stack)), flush=True)
    operating.show(stack, result.log.requests.values())
    problems = [problem for contradictions in held.values() for problem in contradictions]
    for problem in problems:
        print(f"demo: {problem}", file=sys.stderr)
    if problems:
        print(f"demo: on the queues: {stack.backlog() or 'nothing'}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("demo: interrupted")
