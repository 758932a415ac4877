"""The burst: a day of a home-services company, as the lines that are sent in order and what they have to come to."""

import random
from collections import Counter
from typing import Any

from devstack.generators.customers import living_endpoints
from devstack.generators.envelope import compact
from devstack.generators.lines import Line, mix
from devstack.generators.purchases import purchases, registrations, top_ups
from devstack.generators.requests import nobody, requests
from devstack.generators.town import SCARCE, TOKEN, partners

SEED = 20260302
NOT_QUARANTINED = {"accepted", "repeat", "ignored"}


def files() -> tuple[dict[str, str], dict[str, Any]]:
    """The burst's files by name, and what they have to come to."""
    rng = random.Random(SEED)
    town = partners(rng)
    stages = {
        "1-partners.jsonl": registrations(town, rng),
        "2-purchases.jsonl": purchases(town, rng),
        "3-requests.jsonl": mix(requests(town, rng), top_ups(town, rng), rng),
    }
    return {name: "".join(compact(line) + "\n" for line in lines) for name, lines in stages.items()}, expected(stages)


def expected(stages: dict[str, list[Line]]) -> dict[str, Any]:
    """What the whole has to come to, whatever the order in which the functions get to it."""
    lines = [line for stage in stages.values() for line in stage]
    accepted = [line for line in lines if line["expect"] == "accepted"]
    reasons = Counter(line["expect"] for line in lines if line["expect"] not in NOT_QUARANTINED)
    return {
        "token": TOKEN,
        "partners": len(stages["1-partners.jsonl"]),
        "purchases": sum(line["queue"] == "points" for line in accepted),
        "requests": sum(line["key"].startswith("req-") for line in accepted),
        "repeats": sum(line["expect"] == "repeat" for line in lines),
        "ignored": sum(line["expect"] == "ignored" for line in lines),
        "quarantined": dict(sorted(reasons.items())),
        "noPartner": nobody(stages["3-requests.jsonl"]),
        "scarce": [{"category": work, "region": region} for work, region, *_ in SCARCE],
        "pushEndpoints": living_endpoints(),
    }
