"""Latencies as they are published: some quantiles, with straight lines between them on a logarithmic scale."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from random import Random

STEPS = 200  # of the numerical mean


@dataclass(frozen=True)
class Latency:
    """In seconds, by quantile (0 to 1, ascending). Nothing is faster than the first of them, or slower than the last."""

    quantiles: tuple[tuple[float, float], ...]

    def draw(self, random: Random) -> float:
        return self.at(random.random())

    def at(self, share: float) -> float:
        place = bisect_right(self.quantiles, share, key=lambda point: point[0])
        if place in (0, len(self.quantiles)):
            return self.quantiles[min(place, len(self.quantiles) - 1)][1]
        (low, fast), (high, slow) = self.quantiles[place - 1 : place + 1]
        return fast * math.exp((share - low) / (high - low) * math.log(slow / fast))

    def mean(self, calls: int = 1) -> float:
        """Of the slowest of so many calls side by side."""
        return sum(self.at(((step + 0.5) / STEPS) ** (1 / calls)) for step in range(STEPS)) / STEPS


def published(p10: float, p50: float, p90: float, p99: float) -> Latency:
    """Of milliseconds."""
    return Latency(((0.1, p10 / 1e3), (0.5, p50 / 1e3), (0.9, p90 / 1e3), (0.99, p99 / 1e3)))


def fixed(seconds: float) -> Latency:
    return Latency(((0.0, seconds),))
