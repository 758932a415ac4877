"""The partners' part of the burst: their registrations, and what they buy."""

import random
from datetime import timedelta

from devstack.events import Event, compact
from devstack.generators import malformed
from devstack.generators.burst.lines import Line, conflicting, line, retried
from devstack.generators.burst.partners import TOKEN
from devstack.generators.envelopes import MORNING, produced
from devstack.generators.partners import Partner

TOP_UPS = 3


def registrations(partners: list[Partner], rng: random.Random) -> list[Line]:
    return [_registration(partner, rng) for partner in partners]


def _registration(partner: Partner, rng: random.Random) -> Line:
    moment = MORNING - timedelta(hours=1)
    event = produced("partner.registered", "/partner-admin", partner.registration(), moment, rng)
    return line("partners", partner.id, compact(event), key=partner.id)


def purchases(partners: list[Partner], rng: random.Random) -> list[Line]:
    """The morning's: one a partner with an account, two sent again, some malformed, one in conflict with an earlier."""
    buyers = [partner for partner in partners if partner.charges]
    bought = [_purchase(number, buyer, buyer.charges, rng) for number, buyer in enumerate(buyers, start=1)]
    repeats = [retried(original) for original in rng.sample(bought, 2)]
    broken = [
        line("points", buyers[0].id, kind.make(_payment(900 + index, buyers[0], 1, rng)), kind.reason)
        for index, kind in enumerate([*malformed.POINTS, malformed.FORM[0]])
    ]
    return [*bought, *repeats, *broken, conflicting(bought[1], points=999_000)]


def top_ups(partners: list[Partner], rng: random.Random) -> list[Line]:
    """During the day, some partners that have run out buy for a few matches more."""
    poor = [partner for partner in partners if partner.charges == 1][:TOP_UPS]
    return [_purchase(number, partner, 4, rng) for number, partner in enumerate(poor, start=500)]


def _purchase(number: int, partner: Partner, charges: int, rng: random.Random) -> Line:
    event = _payment(number, partner, charges, rng)
    return line("points", partner.id, compact(event), key=event["data"]["purchaseId"])


def _payment(number: int, partner: Partner, charges: int, rng: random.Random) -> Event:
    data = {"purchaseId": f"buy-{TOKEN}-{number:03}", "partnerId": partner.id, "points": charges * partner.fee}
    return produced("points.purchased", "/payments", data, MORNING - timedelta(minutes=30), rng)
