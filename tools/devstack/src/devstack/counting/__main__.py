"""Counts what the functions call for a run of requests on a local stack of its own, and prints it for one request."""

import argparse
import signal
from contextlib import ExitStack

from devstack.clients.stack import Stack
from devstack.console import log
from devstack.counting.counts import Counts
from devstack.counting.proxy import CountingProxy
from devstack.counting.table import lines
from devstack.counting.workload import Workload
from devstack.local import engine
from devstack.local.deploy import deploy, deployed
from devstack.local.stack import LocalStack, clear_aws_environment, exit_on_sigterm, port
from devstack.local.temporary import reserved
from devstack.project import FUNCTIONS
from devstack.proxy import redirected

WARM_UP = Workload(requests=20, pace=25)


def main() -> None:
    signal.signal(signal.SIGTERM, exit_on_sigterm)
    clear_aws_environment()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=port, required=True)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--pace", type=float, default=25, help="requests a second")
    chosen = parser.parse_args()
    stack = LocalStack(chosen.port, "count-")
    with reserved(stack) as template:
        deploy(stack, engine.start(stack), template)
        counted = count(stack, Workload(chosen.requests, chosen.pace))
    print("\n".join(lines(counted, chosen.requests)))


def count(stack: LocalStack, workload: Workload) -> dict[str, Counts]:
    proxies = {function: CountingProxy(stack.endpoint) for function in FUNCTIONS}
    seen = deployed(stack)
    with ExitStack() as serving:
        for proxy in proxies.values():
            serving.enter_context(proxy.serving())
        serving.enter_context(redirected(seen, {function: proxy.url for function, proxy in proxies.items()}))
        workload.prepare(seen)
        WARM_UP.run(seen)
        for function, proxy in proxies.items():
            proxy.counts = Counts(invocations=-invocations(seen, function))
        log(f"count: {workload.requests} requests, {workload.pace:g} a second")
        workload.run(seen)
        for function, proxy in proxies.items():
            proxy.counts.invocations += invocations(seen, function)
        seen.close()
    return {function: proxy.counts for function, proxy in proxies.items()}


def invocations(stack: Stack, function: str) -> int:
    """How often it was invoked on this stack so far: its log reports each."""
    pages = stack.client("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{stack.function(function)}")
    return sum(event["message"].startswith("REPORT RequestId") for page in pages for event in page["events"])


if __name__ == "__main__":
    main()
