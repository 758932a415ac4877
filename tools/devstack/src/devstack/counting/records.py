"""How many records the functions were handed in a run."""

from devstack.counting.bill import Run, queues_of
from devstack.scale.pipeline import receivers


def a_batch(run: Run) -> float:
    """On average, of all functions."""
    received = sum(received_by(run, name) for name in run.counted)
    return received / sum(counts.invocations for counts in run.counted.values())


def a_batch_of(run: Run, function: str) -> float:
    return received_by(run, function) / run.counted[function].invocations


def received_by(run: Run, function: str) -> float:
    """The records that a function was handed: of the topic's subscriptions, and the requests themselves."""
    own = set(queues_of(function))
    delivered = sum(
        number
        for counts in run.counted.values()
        for kind, number in counts.events.items()
        for queue in receivers(kind)
        if queue in own
    )
    return delivered + (run.requests if "intake" in own else 0)
