"""What is told of all rounds: medians with their spread, and ratios to the floor."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from devstack.benches.measurement import Run, Series
from devstack.benches.workloads import Scenario

Round = list[Run]  # the starts of one variant in one round; the last one handled all batches


@dataclass(frozen=True)
class Figure:
    """One figure in each round, and the floor's in the same rounds, if there is one that does the same."""

    values: list[float]
    floor: list[float]

    def text(self, digits: int) -> str:
        low, high = min(self.values), max(self.values)
        spread = f" ({low:.{digits}f}–{high:.{digits}f})" if len(self.values) > 1 else ""
        return f"{median(self.values):.{digits}f}{spread}"

    def ratio(self) -> str:
        """Compared round by round, since the machine is not the same in all of them."""
        if not self.floor:
            return "–"
        return f"{median(self.ratios()):.2f}"

    def ratios(self) -> list[float]:
        return [value / floor for value, floor in zip(self.values, self.floor, strict=True)]


def figure(rounds: list[Round], floor: list[Round], of: Callable[[Run], float]) -> Figure:
    """The median of each round's starts."""
    return Figure([median(map(of, starts)) for starts in rounds], [median(map(of, starts)) for starts in floor])


def of_series(rounds: list[Round], floor: list[Round], scenario: Scenario, of: Callable[[Series], float]) -> Figure:
    return Figure([of(starts[-1].series[scenario]) for starts in rounds], [of(starts[-1].series[scenario]) for starts in floor])


def cpu_a_record(series: Series) -> float:
    """In microseconds."""
    return series.cpu / series.records * 1e6


def p50(series: Series) -> float:
    """In milliseconds."""
    return median(series.seconds) * 1e3


def p99(rounds: list[Round], scenario: Scenario) -> float:
    """Of all rounds together, in milliseconds."""
    return quantile([seconds for starts in rounds for seconds in starts[-1].series[scenario].seconds], 0.99) * 1e3


def records_a_second(series: Series) -> float:
    return series.records / sum(series.seconds)


def quantile(values: list[float], share: float) -> float:
    """The smallest value that this share of the values does not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]
