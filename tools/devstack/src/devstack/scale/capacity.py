"""What a service takes of calls, units or messages in a second."""

import math

from simpy import Environment


class Rate:
    """A bucket that holds a second's worth, and fills evenly."""

    def __init__(self, env: Environment, per_second: float) -> None:
        self.env, self.per_second = env, per_second
        self.left, self.filled_at = per_second, 0.0
        self.refused = 0

    def take(self, amount: float = 1.0) -> bool:
        """Whether so much was there; what was there is gone."""
        if math.isinf(self.per_second):
            return True
        self.left = min(self.per_second, self.left + (self.env.now - self.filled_at) * self.per_second)
        self.filled_at = self.env.now
        if self.left < amount:
            self.refused += 1
            return False
        self.left -= amount
        return True
