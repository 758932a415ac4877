"""Rows of bad input about an event's data."""

from collections.abc import Iterator

from bad_input import Case, Drafts, spoilt, with_member, with_text, without_member
from devstack.events import Event, compact
from devstack.generators.malformed import PARTNER, POINTS, REQUEST

LONG = "x" * 65
NO_IDS = ("", LONG, "a b", "아", 7, None, [])
NO_POINTS = ("0", "-1", "1.5", "1e-3", '"10"', "1000000001", "9223372036854775808", "1e400", "-1e400", "true", "null", "[]")
ENDPOINT = "arn:aws:sns:{}:endpoint/{}"

WRONG_IN_REQUEST = {
    "requestId": NO_IDS,
    "customer": (None, [], "c", {}),
    "customer/id": NO_IDS,
    "customer/phone": ("", "010-0000-0042", "+82", "+821234", "+8210000900000000", "+0821000090000", 82, []),
    "customer/pushEndpointArn": (
        "",
        7,
        "https://shop.example/",
        ENDPOINT.format("us-east-1:000000000000", "GCM/app/1"),
        ENDPOINT.format("ap-northeast-2:111111111111", "GCM/app/1"),
        "arn:aws:sns:ap-northeast-2:000000000000:anyone",
        ENDPOINT.format("ap-northeast-2:000000000000", f"GCM/app/{'1' * 600}"),
    ),
    "customer/locale": ("", "k", "ko_KR", "ko-", "x" * 101, "ko-" + "-".join(["abcdefgh"] * 11), 7),
    "category": ("", LONG, "Cleaning", None, 7),
    "region": ("", "Seoul", "KR", "kr-11", "KR-1234", None, ["KR-11"]),
    "details": ([], "", "details", 7, True),
}

WRONG_IN_REGISTRATION = {
    "partnerId": NO_IDS,
    "version": (-1, 0.5, "1", None, 2**53, 2**64),
    "name": ("", "x" * 101, None, 7, []),
    "categories": ([], None, "cleaning", ["Cleaning"], [None]),
    "regions": ([], None, "KR-11", ["Seoul"], [11]),
    "capacity": (-1, 0.5, "1", None, 100_001),
    "fee": (None, {}, 7, []),
    "active": ("yes", 1, []),
}


def broken_data(drafts: Drafts) -> Iterator[Case]:
    request, registration, purchase = drafts.request(), drafts.registration(), drafts.purchase()
    yield from missing(request, "requestId", "customer", "customer/id", "category", "region")
    yield from missing(registration, "partnerId", "version", "name", "categories", "regions", "capacity", "fee", "fee/points")
    yield from missing(purchase, "purchaseId", "partnerId", "points")
    yield from wrong(request, WRONG_IN_REQUEST)
    yield from wrong(registration, WRONG_IN_REGISTRATION)
    yield from wrong(purchase, {"purchaseId": NO_IDS, "partnerId": NO_IDS})
    for event, path in ((purchase, "data/points"), (registration, "data/fee/points")):
        yield from (spoilt(event, with_text(event, path, points), "breaks_contract") for points in NO_POINTS)
    for event, kinds in ((request, REQUEST), (registration, PARTNER), (purchase, POINTS)):
        yield from (spoilt(event, kind.make(event), kind.reason) for kind in kinds)


def missing(event: Event, *paths: str) -> Iterator[Case]:
    for path in paths:
        yield spoilt(event, compact(without_member(event, f"data/{path}")), "breaks_contract", path=in_detail(path))


def wrong(event: Event, values: dict[str, tuple]) -> Iterator[Case]:
    for path, all_wrong in values.items():
        for value in all_wrong:
            yield spoilt(event, compact(with_member(event, f"data/{path}", value)), "breaks_contract", path=in_detail(path))


def in_detail(path: str) -> str:
    return "`data." + path.replace("/", ".")


def too_many_pairs(drafts: Drafts) -> Iterator[Case]:
    for categories, regions in ((41, 1), (1, 41), (7, 6), (0, 1), (1, 0)):
        pairs = {
            "categories": [f"c{number}" for number in range(categories)],
            "regions": [f"KR-{number}" for number in range(regions)],
        }
        event = drafts.registration(**pairs)
        yield spoilt(event, compact(event), "breaks_contract")
