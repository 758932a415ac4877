"""The customers' part of the burst: requests, their repeats, and what else arrives on the intake queue."""

import json
import random
from datetime import timedelta
from typing import Any

from devstack.events import Event, compact, derived
from devstack.generators import malformed
from devstack.generators.burst.customers import customer
from devstack.generators.burst.lines import (
    Line,
    conflicting,
    follow,
    identical,
    line,
    mix,
    reordered,
    retried,
)
from devstack.generators.burst.partners import CATEGORIES, REGIONS, SCARCE, TOKEN
from devstack.generators.envelopes import MORNING, produced
from devstack.generators.partners import Partner

REQUESTS = 300
REPEATS = 21
SCARCE_REQUESTS = {"KR-49": 22, "KR-42": 15}
# Where they are scarce they are wanted all at once, between these two places in the day.
RUSH = (100, 112)
UNSERVED = [("cleaning", "KR-46"), ("repair", "KR-47"), ("pest-control", "KR-11")]
UNSERVED_REQUESTS = 9

_MEMOS = [
    "강아지가 있어요 🐶",
    "엘리베이터 없는 4층입니다",
    "주차 가능해요",
    "<b>빨리</b> 부탁해요",
    "'; DROP TABLE requests; --",
]


def requests(partners: list[Partner], rng: random.Random) -> list[Line]:
    """300 requests in the order in which they come in, and what else comes in with them."""
    asked = [_request(number, category, region, rng) for number, (category, region) in enumerate(_wanted(rng), start=1)]
    lines = mix(asked, [*_broken(rng), *_forged(partners, rng), *_misdirected(rng)], rng)
    again = [retried, reordered, identical]
    repeats = [(one, again[index % 3](one)) for index, one in enumerate(rng.sample(asked[:-50], REPEATS))]
    lines = follow(lines, repeats, rng)
    return [*lines, conflicting(asked[6], region="KR-27")]


def without_partner(lines: list[Line]) -> list[str]:
    """The ids of the requests that no partner serves."""
    asked = [
        (one["key"], json.loads(one["body"])["data"]) for one in lines if one["expect"] == "accepted" and "key" in one
    ]
    return sorted(key for key, data in asked if (data.get("category"), data.get("region")) in UNSERVED)


def _wanted(rng: random.Random) -> list[tuple[str, str]]:
    wanted = [UNSERVED[index % len(UNSERVED)] for index in range(UNSERVED_REQUESTS)]
    for _ in range(REQUESTS - len(wanted) - sum(SCARCE_REQUESTS.values())):
        category = rng.choices(list(CATEGORIES), list(CATEGORIES.values()))[0]
        wanted.append((category, rng.choices(list(REGIONS), list(REGIONS.values()))[0]))
    rng.shuffle(wanted)
    for category, region, *_ in SCARCE:
        for _ in range(SCARCE_REQUESTS[region]):
            wanted.insert(rng.randint(*RUSH), (category, region))
    return wanted


def _request(number: int, category: str, region: str, rng: random.Random) -> Line:
    event = _submission(number, category, region, rng)
    return line("intake", event["data"]["customer"]["id"], compact(event), key=event["data"]["requestId"])


def _submission(number: int, category: str, region: str, rng: random.Random) -> Event:
    data = {
        "requestId": f"req-{TOKEN}-{number:04}",
        "customer": customer(rng),
        "category": category,
        "region": region,
        "details": _details(number, rng),
    }
    moment = MORNING + timedelta(seconds=min(number, REQUESTS) * 9 * 3600 / REQUESTS)
    return produced("request.submitted", "/intake-api", data, moment, rng)


def _details(number: int, rng: random.Random) -> dict[str, Any]:
    day = MORNING.date() + timedelta(days=1 + number % 9)
    return {"when": day.isoformat(), "rooms": rng.randint(1, 5), "memo": _MEMOS[number % len(_MEMOS)]}


def _broken(rng: random.Random) -> list[Line]:
    """Requests that are permanently bad, each on the group of a customer with good ones."""
    lines = []
    for index, kind in enumerate([*malformed.FORM, *malformed.REQUEST]):
        event = _submission(9001 + index, "cleaning", "KR-11", rng)
        event["data"]["customer"].setdefault("phone", "+821000000000")
        lines.append(line("intake", event["data"]["customer"]["id"], kind.make(event), kind.reason))
    return lines


def _forged(partners: list[Partner], rng: random.Random) -> list[Line]:
    """A charge that points never made, and the close of a match that does not exist."""
    ids = {"requestId": f"req-{TOKEN}-0001", "matchId": derived("forged", TOKEN)}
    paid = {**ids, "partnerId": partners[0].id, "points": 1, "balance": 1, "sequence": 1}
    paid |= {"transferId": derived("forged transfer", TOKEN), "submittedAt": "2026-03-02T00:00:00Z"}
    made: list[tuple[str, str, Event]] = [
        ("points.deducted", "/matchflow/points", paid),
        ("match.closed", "/work-app", ids),
    ]
    events = [produced(event_type, source, data, MORNING, rng) for event_type, source, data in made]
    return [line("intake", "customer-0000", compact(event), "breaks_contract") for event in events]


def _misdirected(rng: random.Random) -> list[Line]:
    """Types that the intake queue does not take: a misspelt one, and a purchase on the wrong queue. They must not vanish."""
    types = ["request.submited", "points.purchased"]
    events = [produced(event_type, "/intake-api", {"points": 5}, MORNING, rng) for event_type in types]
    return [line("intake", "customer-0000", compact(event), "breaks_contract") for event in events]
