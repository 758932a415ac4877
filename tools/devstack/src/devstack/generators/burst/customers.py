"""The burst's customers: ids and fictitious numbers only, and each of the ways to be told."""

import random
from typing import Any

from devstack.events import derived
from devstack.generators.samples.sqs import ACCOUNT, REGION

CUSTOMERS = 220
PUSH_PREFIX = f"arn:aws:sns:{REGION}:{ACCOUNT}:"


def endpoint(number: int) -> str:
    """The name of a push endpoint, as the last part of its ARN."""
    return f"endpoint/GCM/matchflow/{derived('endpoint', number)}"


def _contact(number: int) -> tuple[dict[str, str], str | None]:
    """How a customer can be told, and the name of the push endpoint if it is alive."""
    phone = {"phone": f"+82100000{number:04}"}
    push = {"pushEndpointArn": PUSH_PREFIX + endpoint(number)}
    match number % 40:
        case 7:
            return {}, None
        case 13:
            return {"phone": f"+120255501{number % 100:02}"}, None
        case 21:
            return push | phone, endpoint(number)
        case 29:
            return push, endpoint(number)
        case 33:
            return push | phone, None
        case _:
            return phone, None


def customer(rng: random.Random) -> dict[str, Any]:
    number = rng.randint(1, CUSTOMERS)
    contact, _ = _contact(number)
    locale = {"ko-KR": {"locale": "ko-KR"}, "en-US": {"locale": "en-US"}, "": {}}
    chosen = "en-US" if number % 7 == 3 else "" if number % 4 == 1 else "ko-KR"
    return {"id": f"customer-{number:04}"} | contact | locale[chosen]


def living_endpoints() -> list[str]:
    """The endpoints that take a push: the others are gone, and SNS refuses them."""
    made = (_contact(number)[1] for number in range(1, CUSTOMERS + 1))
    return [name for name in made if name is not None]
