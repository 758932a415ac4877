"""How many batches of a queue Lambda hands out at once, and how that number grows."""

import math
from dataclasses import dataclass

from devstack.scale import limits


@dataclass(frozen=True)
class Pollers:
    """Batches at once: at first, at most, and how many more each second while messages are left over; and how many batches are
    received in a second at most."""

    first: int
    most: int
    growth: float
    received: float = math.inf


def on_demand(concurrency: int) -> Pollers:
    """Lambda's own choice, within the mapping's MaximumConcurrency."""
    most = min(concurrency, int(limits.CONCURRENCY_OF_A_MAPPING.value))
    return Pollers(min(int(limits.FIRST_POLLERS.value), most), most, limits.POLLERS_A_MINUTE.value / 60)


def provisioned(minimum: int, maximum: int) -> Pollers:
    """Pollers that are there whether there is work or not."""
    each = int(limits.BATCHES_OF_A_POLLER.value)  # at once, and in a second; those that are added are not counted in the latter
    return Pollers(minimum * each, maximum * each, limits.PROVISIONED_A_MINUTE.value / 60, float(minimum * each))
