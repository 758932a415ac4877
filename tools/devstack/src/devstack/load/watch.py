"""Follows a run: the events that are published, and what is on the queues meanwhile."""

import time
from dataclasses import dataclass, field

from devstack.clients.event_log import EventLog, RequestLog
from devstack.clients.stack import Stack
from devstack.console import Progress
from devstack.load.workload import Workload
from devstack.waiting import ticks
from devstack.wiring import consumed

STEP = 0.5  # seconds


@dataclass
class Watch:
    """What was seen of a run. Times are in seconds since its first request was sent."""

    workload: Workload
    log: EventLog
    began: float = 0.0
    times: list[float] = field(default_factory=list)
    depths: dict[str, list[int]] = field(default_factory=dict)  # by queue, at these times
    ended: bool = False

    def waits(self) -> list[float]:
        """From each request's send until its notification was seen, sorted."""
        return sorted(one.of("notification.sent")[0].at - self.workload.sent_at[one.id] for one in self.told())

    def told(self) -> list[RequestLog]:
        return [one for one in self.log.requests.values() if one.of("notification.sent")]


def follow(stack: Stack, workload: Workload, limit: float) -> Watch:
    """Sends the requests, and watches until all are settled and the queues are empty, or the time is up."""
    first = len(stack.listener.messages)
    watch, taken, progress = Watch(workload, EventLog(list(workload.where))), 0, Progress()
    watch.began = time.time()
    workload.send(stack)
    for _ in ticks(limit, STEP):
        sample(stack, watch)
        new = stack.listener.since(first + taken)
        taken += len(new)
        for body, at in new:
            watch.log.add(body, at)
        settled, waiting = watch.log.settled(), sum(depths[-1] for depths in watch.depths.values())
        progress.show(f"{settled}/{workload.requests} requests settled, {waiting} messages on the queues")
        if settled == workload.requests and waiting == 0:
            watch.ended = True
            break
    progress.done(f"{watch.log.settled()}/{workload.requests} requests settled after {watch.times[-1]:.0f} s")
    return watch


def sample(stack: Stack, watch: Watch) -> None:
    watch.times.append(time.time() - watch.began)
    for queue in consumed():
        watch.depths.setdefault(queue, []).append(stack.waiting(queue))
