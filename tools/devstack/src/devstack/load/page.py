"""The part of docs/understand/scale.md that a load on the local stack writes, and its figures."""

import os

from devstack.load.watch import Watch
from devstack.plots import Figure, Line
from devstack.reference.markdown import table
from devstack.scale.run import quantile
from devstack.wiring import consumed

TEXT = """
`make load` sends {requests:,} requests at once to a local stack with {partners} partners, skewed as above (every hundredth for a region without a partner), and follows every one to its end: told once,
charged once, or unmatched by rule; the ledger's balances are audited. On a machine of {cores} cores, which engine, functions and sender share:

{times}

![Share of the customers told, by time](../images/load-told.svg)

![Messages on the queues](../images/load-queues.svg)

These times are the local engine's, not AWS's: it serves a FIFO queue one batch after another, and all functions share this machine's CPUs. What the run shows is that nothing is lost, told or charged twice under load.
"""


def text(watch: Watch) -> str:
    waits = watch.waits()
    rows = [[f"{len(waits):,}", *(f"{quantile(waits, share):.1f}" for share in (0.5, 0.95, 0.99, 1)), f"{watch.times[-1]:.0f}"]]
    times = table(["customers told", "median, s", "95 %", "99 %", "slowest", "all queues empty after, s"], rows)
    return TEXT.format(requests=watch.workload.requests, partners=watch.workload.partners, times=times, cores=os.cpu_count())


def figures(watch: Watch) -> list[Figure]:
    waits = watch.waits()
    told = Line("told", waits, [(place + 1) / watch.workload.requests for place in range(len(waits))])
    drawn = [Line(queue.lower(), watch.times, watch.depths[queue]) for queue in consumed() if max(watch.depths[queue]) > 0]
    title = f"{watch.workload.requests:,} requests at once, {watch.workload.partners} partners, local stack"
    return [
        Figure("load-told", title, "seconds from the send to the notification", "share of customers told", [told]),
        Figure("load-queues", title, "seconds since the first send", "messages on the queue", drawn),
    ]
