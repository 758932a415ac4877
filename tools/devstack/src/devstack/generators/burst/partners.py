"""The burst's partners: their categories, regions and fees, and the points that they buy.

Every pair of category and region but the scarce ones has an anchor: a partner with capacity and points for all of its
requests, so that the small ones around it may run out without leaving a customer unserved.
"""

import random
from collections.abc import Iterator
from dataclasses import replace

from devstack.generators.partners import Partner

TOKEN = "20260302"  # the day in every id that a run makes its own

# How many of the day's requests a region sends.
REGIONS = {"KR-11": 34, "KR-41": 26, "KR-26": 14, "KR-28": 10, "KR-27": 9, "KR-30": 7}
CATEGORIES = {"cleaning": 45, "moving": 25, "repair": 30}
FEES = {"cleaning": (2000, 4000), "moving": (8000, 12000), "repair": (3000, 5000)}
# Less capacity than requests: these wait until matches are closed. (category, region, number of partners, capacity of each)
SCARCE = [("moving", "KR-49", 2, 4), ("repair", "KR-42", 2, 3)]
# Joined this morning and bought nothing yet.
NEWCOMERS = [("cleaning", "KR-11"), ("moving", "KR-41"), ("cleaning", "KR-26")]
SMALL = 13

_FIRST = ["맑은", "바른", "한결", "새봄", "푸른", "든든", "다온", "이룸", "고운", "단비"]
_LAST = {"cleaning": "청소", "moving": "이사", "repair": "수리"}


def partners(rng: random.Random) -> list[Partner]:
    unnamed = [*_anchors(), *_scarce(), *_small(rng), *_newcomers()]
    return [_named(number, partner, rng) for number, partner in enumerate(unnamed, start=1)]


def _unnamed(category: str, regions: tuple[str, ...], capacity: int, charges: int) -> Partner:
    return Partner("", "", (category,), regions, capacity, 0, charges)


def _anchors() -> Iterator[Partner]:
    for region in REGIONS:
        for category in CATEGORIES:
            yield _unnamed(category, (region,), 80, 150)


def _scarce() -> Iterator[Partner]:
    for category, region, count, capacity in SCARCE:
        for _ in range(count):
            yield _unnamed(category, (region,), capacity, 40)
        # And one with room for several but points for one: in the rush it is claimed before its balance is known.
        yield _unnamed(category, (region,), capacity, 1)


def _small(rng: random.Random) -> Iterator[Partner]:
    """Small businesses in one or two of the busiest regions; some have points for a day, some for a match or two."""
    busy = list(REGIONS)[:3]
    for index in range(SMALL):
        category = list(CATEGORIES)[index % len(CATEGORIES)]
        regions = tuple(sorted(rng.sample(busy, 1 + index % 2)))
        yield _unnamed(category, regions, rng.randint(6, 12), 1 + index % 3 if index % 5 < 3 else 30)


def _newcomers() -> Iterator[Partner]:
    for category, region in NEWCOMERS:
        yield _unnamed(category, (region,), 6, 0)


def _named(number: int, partner: Partner, rng: random.Random) -> Partner:
    """With an id (a newcomer's is new in every run), a name and a fee."""
    (category,) = partner.categories
    low, high = FEES[category]
    return replace(
        partner,
        id=f"{category}-{number:02}" + ("" if partner.charges else f"-{TOKEN}"),
        name=f"예시 {rng.choice(_FIRST)}{_LAST[category]} {number:02}",
        fee=rng.randrange(low, high + 1, 500),
    )
