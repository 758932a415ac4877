"""The burst's partners: who works where, for how much, and what they bought in points.

Every pair of work and region but the scarce ones has an anchor: a partner with capacity and points for all of its
requests, so that the small ones around it may run out without leaving a customer unserved.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = "20260302"  # the day in every id that a run makes its own

# How many of the day's requests a region sends.
REGIONS = {"KR-11": 34, "KR-41": 26, "KR-26": 14, "KR-28": 10, "KR-27": 9, "KR-30": 7}
WORK = {"cleaning": 45, "moving": 25, "repair": 30}
FEES = {"cleaning": (2000, 4000), "moving": (8000, 12000), "repair": (3000, 5000)}
# Too little capacity for what is asked: requests wait here until work is done. (work, region, partners, each one's capacity)
SCARCE = [("moving", "KR-49", 2, 4), ("repair", "KR-42", 2, 3)]
# Joined this morning and bought nothing yet.
NEWCOMERS = [("cleaning", "KR-11"), ("moving", "KR-41"), ("cleaning", "KR-26")]
SMALL = 13

_FIRST = ["맑은", "바른", "한결", "새봄", "푸른", "든든", "다온", "이룸", "고운", "단비"]
_LAST = {"cleaning": "청소", "moving": "이사", "repair": "수리"}


@dataclass(frozen=True)
class Partner:
    """One partner; `charges` is how many fees it bought in the morning, 0 for a newcomer."""

    id: str
    name: str
    work: str
    regions: tuple[str, ...]
    capacity: int
    fee: int
    charges: int


def partners(rng: random.Random) -> list[Partner]:
    return [
        _partner(number, place, rng)
        for number, place in enumerate([*_anchors(), *_scarce(), *_small(rng), *_newcomers()], start=1)
    ]


@dataclass(frozen=True)
class _Place:
    kind: str
    work: str
    regions: tuple[str, ...]
    capacity: int
    charges: int


def _anchors() -> Iterator[_Place]:
    for region in REGIONS:
        for work in WORK:
            yield _Place("", work, (region,), 80, 150)


def _scarce() -> Iterator[_Place]:
    for work, region, count, capacity in SCARCE:
        for _ in range(count):
            yield _Place("", work, (region,), capacity, 40)
        # And one with room for several but points for one: in the rush it is claimed before its account shows.
        yield _Place("", work, (region,), capacity, 1)


def _small(rng: random.Random) -> Iterator[_Place]:
    """Small businesses in one or two of the busiest regions; some have points for a day, some for a match or two."""
    busy = list(REGIONS)[:3]
    for index in range(SMALL):
        work = list(WORK)[index % len(WORK)]
        regions = tuple(sorted(rng.sample(busy, 1 + index % 2)))
        yield _Place("", work, regions, rng.randint(6, 12), 1 + index % 3 if index % 5 < 3 else 30)


def _newcomers() -> Iterator[_Place]:
    for work, region in NEWCOMERS:
        yield _Place(f"-{TOKEN}", work, (region,), 6, 0)


def _partner(number: int, place: _Place, rng: random.Random) -> Partner:
    low, high = FEES[place.work]
    return Partner(
        id=f"{place.work}-{number:02}{place.kind}",
        name=f"예시 {rng.choice(_FIRST)}{_LAST[place.work]} {number:02}",
        work=place.work,
        regions=place.regions,
        capacity=place.capacity,
        fee=rng.randrange(low, high + 1, 500),
        charges=place.charges,
    )
