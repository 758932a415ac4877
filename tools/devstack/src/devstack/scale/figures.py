"""The figures of the page."""

from devstack.plots import Figure, Line
from devstack.scale import scenarios
from devstack.scale.results import Results
from devstack.scale.run import Result

NAMED = ("push", "texts", "push, 10 provisioned pollers, warm tables")


def figures(results: Results) -> list[Figure]:
    return [
        Figure(
            "scale-burst",
            f"A burst of {scenarios.BURST:,} requests",
            "seconds since the burst",
            "share of customers told",
            [told(name, results.bursts[name]) for name in NAMED],
            log_x=True,
        ),
        queues("scale-spike", "Ten times the load, from 60 to 120 s", results.spike, 1.0, "seconds"),
        queues(
            "scale-backlog",
            "An hour without polling, 5 texts a second",
            results.backlogs["texts, 5 requests a second"],
            60.0,
            "minutes",
        ),
        Figure(
            "scale-outage",
            "Five minutes of outage, from 60 to 360 s",
            "submitted at (seconds)",
            "seconds to the slowest of 5 s",
            [slowest(of, one) for of, one in results.outages.items()],
            log_y=True,
        ),
    ]


def told(name: str, result: Result) -> Line:
    waits = result.waits()
    return Line(name, [max(wait, 0.05) for wait in waits], [(place + 1) / len(result.requests) for place in range(len(waits))])


def queues(name: str, title: str, result: Result, unit: float, units: str) -> Figure:
    drawn = [queue for queue in ("intake", "notification", "statistics") if max(result.depths[queue]) > 0]
    times = [time / unit for time in result.times]
    return Figure(name, title, units, "messages on the queue", [Line(queue, times, result.depths[queue]) for queue in drawn])


def slowest(of: str, result: Result) -> Line:
    label = {"matching": "matching's table refuses writes", "sends": "no send is answered"}[of]
    starts = range(0, 600, 5)
    return Line(label, list(starts), [result.quantile(1, start, start + 5) for start in starts])
