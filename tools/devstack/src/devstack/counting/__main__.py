"""Counts what the functions call for runs of requests on a local stack of its own, and writes what that costs on AWS into
docs/understand/cost.md."""

from contextlib import ExitStack

from devstack import sections
from devstack.clients.stack import Stack
from devstack.console import log
from devstack.counting import page
from devstack.counting.bill import Run
from devstack.counting.counts import Counts
from devstack.counting.measured import save
from devstack.counting.proxy import CountingProxy
from devstack.counting.workload import Workload
from devstack.local.stack import LocalStack
from devstack.local.temporary import begin, standing
from devstack.project import FUNCTIONS
from devstack.proxy import redirected

BATCHES = (1, 5, 10)
WARM_UP = Workload(requests=20)
PAGE = "docs/understand/cost.md"


def main() -> None:
    parser = begin(__doc__)
    parser.add_argument("--requests", type=int, default=200)
    chosen = parser.parse_args()
    with standing(LocalStack(chosen.port, "count-")) as stack:
        runs = count(stack, Workload(chosen.requests))
    save(runs)
    text = page.text(runs)
    sections.write(PAGE, "count", text)
    print(text)


def count(stack: Stack, workload: Workload) -> list[Run]:
    """A run for each size of batches, on the same stack."""
    assert stack.endpoint
    proxies = {function: CountingProxy(stack.endpoint) for function in FUNCTIONS}
    with ExitStack() as serving:
        for proxy in proxies.values():
            serving.enter_context(proxy.serving())
        serving.enter_context(redirected(stack, {function: proxy.url for function, proxy in proxies.items()}))
        workload.prepare(stack)
        WARM_UP.run(stack)
        return [run(stack, proxies, workload, batch) for batch in BATCHES]


def run(stack: Stack, proxies: dict[str, CountingProxy], workload: Workload, batch: int) -> Run:
    limit_batches(stack, batch)
    before = {function: logged(stack, function) for function in proxies}
    for proxy in proxies.values():
        proxy.counts = Counts()
    log(f"count: {workload.requests} requests at once, in batches of {batch} at most")
    workload.run(stack)
    for function, proxy in proxies.items():
        invocations, size = logged(stack, function)
        proxy.counts.invocations, proxy.counts.logged = invocations - before[function][0], size - before[function][1]
    return Run(batch, workload.requests, {function: proxy.counts for function, proxy in proxies.items()})


def limit_batches(stack: Stack, batch: int) -> None:
    aws = stack.client("lambda")
    for mapping in aws.list_event_source_mappings()["EventSourceMappings"]:
        aws.update_event_source_mapping(UUID=mapping["UUID"], BatchSize=batch)


LINE = 26  # bytes that CloudWatch adds to a line


def logged(stack: Stack, function: str) -> tuple[int, int]:
    """How often a function was invoked on this stack so far, of which its log reports each, and how many bytes it logged."""
    pages = stack.client("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{stack.function(function)}")
    lines = [event["message"] for page in pages for event in page["events"]]
    return sum(line.startswith("REPORT RequestId") for line in lines), sum(len(line.encode()) + LINE for line in lines)


if __name__ == "__main__":
    main()
