"""A partner, as it is registered."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Partner:
    id: str
    name: str
    categories: tuple[str, ...]
    regions: tuple[str, ...]
    capacity: int
    fee: int  # points
    charges: int = 0  # how many fees it buys at first

    def registration(self) -> dict[str, Any]:
        """The data of `partner.registered`."""
        return {
            "partnerId": self.id,
            "version": 1,
            "name": self.name,
            "categories": list(self.categories),
            "regions": list(self.regions),
            "capacity": self.capacity,
            "fee": {"points": self.fee},
        }
