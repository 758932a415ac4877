"""The burst's files: the messages in the order in which they are sent, and what they have to come to."""

import random
from collections import Counter
from typing import Any

from devstack.events import compact
from devstack.generators.burst.customers import living_endpoints
from devstack.generators.burst.lines import Line, mix
from devstack.generators.burst.partners import SCARCE, TOKEN, partners
from devstack.generators.burst.purchases import purchases, registrations, top_ups
from devstack.generators.burst.requests import requests, without_partner

SEED = 20260302
NOT_QUARANTINED = {"accepted", "repeat"}


def files() -> tuple[dict[str, str], dict[str, Any]]:
    """The burst's files by name, and what they have to come to."""
    rng = random.Random(SEED)
    listed = partners(rng)
    stages = {
        "1-partners.jsonl": registrations(listed, rng),
        "2-purchases.jsonl": purchases(listed, rng),
        "3-requests.jsonl": mix(requests(listed, rng), top_ups(listed, rng), rng),
    }
    return {name: "".join(compact(line) + "\n" for line in lines) for name, lines in stages.items()}, expected(stages)


def expected(stages: dict[str, list[Line]]) -> dict[str, Any]:
    """What the whole has to come to, in any order in which the functions handle it."""
    lines = [line for stage in stages.values() for line in stage]
    accepted = [line for line in lines if line["expect"] == "accepted"]
    reasons = Counter(line["expect"] for line in lines if line["expect"] not in NOT_QUARANTINED)
    return {
        "token": TOKEN,
        "partners": len(stages["1-partners.jsonl"]),
        "purchases": sum(line["queue"] == "points" for line in accepted),
        "requests": sum(line["key"].startswith("req-") for line in accepted),
        "repeats": sum(line["expect"] == "repeat" for line in lines),
        "quarantined": dict(sorted(reasons.items())),
        "noPartner": without_partner(stages["3-requests.jsonl"]),
        "scarce": [{"category": category, "region": region} for category, region, *_ in SCARCE],
        "pushEndpoints": living_endpoints(),
    }
