"""The burst: the day has in it what its summary and the README say."""

import json
import re
from collections import Counter
from typing import Any

from contract import REASONS, parsed
from devstack.project import EVENTS
from devstack.schemas import breaks_schema

Line = dict[str, Any]

# Well-formed, but no producer may send them, or not for a match that does not exist.
FORGED = ("points.deducted", "match.closed")
# Of a type that the intake queue does not take.
MISDIRECTED = ("request.submited", "points.purchased")
EXPECTED = json.loads((EVENTS / "burst" / "expected.json").read_text())


def lines(stage: str) -> list[Line]:
    return [json.loads(text) for text in (EVENTS / "burst" / stage).read_text().splitlines()]


PARTNERS, PURCHASES, REQUESTS = (lines(f"{name}.jsonl") for name in ("1-partners", "2-purchases", "3-requests"))
ALL = [*PARTNERS, *PURCHASES, *REQUESTS]


def data(line: Line) -> Any:
    return json.loads(line["body"])["data"]


def accepted(among: list[Line], prefix: str) -> list[Line]:
    return [line for line in among if line["expect"] == "accepted" and line["key"].startswith(prefix)]


def test_the_summary_counts_what_is_in_the_files() -> None:
    assert len(PARTNERS) == EXPECTED["partners"] == 40
    assert len({line["key"] for line in accepted(REQUESTS, "req-")}) == EXPECTED["requests"] == 300
    assert len({line["key"] for line in accepted(ALL, "buy-")}) == EXPECTED["purchases"]
    outcomes = Counter(line["expect"] for line in ALL)
    assert outcomes["repeat"] == EXPECTED["repeats"]
    assert {reason: count for reason, count in outcomes.items() if reason in REASONS} == EXPECTED["quarantined"]
    assert set(EXPECTED["quarantined"]) == REASONS


def test_every_line_is_what_it_is_expected_to_be() -> None:
    for line in ALL:
        assert _is_as_expected(line), line


def _is_as_expected(line: Line) -> bool:
    event = parsed(line["body"])
    match line["expect"]:
        case "accepted" | "repeat" | "identity_conflict":
            return breaks_schema(event) == [] and _is_form_right(event)
        case "breaks_contract":
            is_refused = line["queue"] == "intake" and event["type"] in (*FORGED, *MISDIRECTED)
            return _is_form_right(event) and (is_refused or breaks_schema(event) != [])
        case "not_an_envelope":
            return event is None or breaks_schema(event) != [] or not _is_form_right(event)
        case reason:
            return bool(reason == "not_json")


def _is_form_right(event: Any) -> bool:
    """What the schema says of the envelope but does not check."""
    time = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", event["time"])
    return time is not None and event.get("datacontenttype", "application/json") == "application/json"


def test_repeats_follow_what_they_repeat_and_say_the_same() -> None:
    first: dict[str, Line] = {}
    kinds: Counter[str] = Counter()
    for line in ALL:
        if line["expect"] == "accepted":
            assert first.setdefault(line["key"], line) is line, "a key is accepted once"
        elif line["expect"] == "repeat":
            original = first[line["key"]]
            assert line["group"] == original["group"]
            assert data(line).items() >= data(original).items()
            kinds["identical" if line["body"] == original["body"] else "fresh"] += 1
        elif line["expect"] == "identity_conflict":
            assert data(line) != data(first[line["key"]])
    assert min(kinds["identical"], kinds["fresh"]) >= 5


def test_exactly_the_requests_that_are_said_to_find_no_partner_are_served_by_none() -> None:
    served = {
        (work, region) for line in PARTNERS for work in data(line)["categories"] for region in data(line)["regions"]
    }
    unserved = [
        line["key"]
        for line in accepted(REQUESTS, "req-")
        if (data(line)["category"], data(line)["region"]) not in served
    ]
    assert sorted(unserved) == EXPECTED["noPartner"]
    assert 5 <= len(unserved) <= 15


def test_capacity_is_short_where_it_is_said_to_be_and_nowhere_else() -> None:
    """An anchor with capacity and points for everything serves every other pair of category and region, so that no run depends on luck."""
    bought: Counter[str] = Counter()
    for line in accepted(PURCHASES, "buy-"):
        bought[data(line)["partnerId"]] += data(line)["points"]
    wanted = Counter((data(line)["category"], data(line)["region"]) for line in accepted(REQUESTS, "req-"))
    scarce = {(place["category"], place["region"]) for place in EXPECTED["scarce"]}
    for place, count in wanted.items():
        there = [
            data(line)
            for line in PARTNERS
            if place[0] in data(line)["categories"] and place[1] in data(line)["regions"]
        ]
        payable = [one for one in there if bought[one["partnerId"]] >= count * one["fee"]["points"]]
        if place in scarce:
            assert 0 < sum(one["capacity"] for one in there) < count
            assert payable
        elif there:
            assert any(one["capacity"] >= count for one in payable), place


def test_some_partners_have_no_points_and_some_too_few() -> None:
    buyers = Counter(data(line)["partnerId"] for line in accepted(PURCHASES, "buy-"))
    fees = {data(line)["partnerId"]: data(line)["fee"]["points"] for line in PARTNERS}
    assert len(fees.keys() - buyers.keys()) == 3
    assert sum(data(line)["points"] <= 3 * fees[data(line)["partnerId"]] for line in accepted(PURCHASES, "buy-")) >= 5


def test_every_id_that_a_run_makes_its_own_holds_the_token() -> None:
    for line in ALL:
        if line.get("key", "").startswith(("req-", "buy-")):
            assert EXPECTED["token"] in line["key"]
            assert line["key"] in line["body"]


def test_a_customer_is_told_in_every_way_and_no_number_is_anyones() -> None:
    customers = [data(line)["customer"] for line in accepted(REQUESTS, "req-")]
    phones = {number for line in ALL for number in re.findall(r"\+\d{8,}", line["body"])}
    assert all(re.fullmatch(r"\+82100000\d{4}|\+120255501\d\d", number) for number in phones)
    assert all(set(customer) <= {"id", "phone", "pushEndpointArn", "locale"} for customer in customers)
    assert any("phone" not in customer and "pushEndpointArn" not in customer for customer in customers)
    assert any(customer.get("phone", "").startswith("+1") for customer in customers)
    pushed = {customer["pushEndpointArn"].split(":", 5)[5] for customer in customers if "pushEndpointArn" in customer}
    assert pushed & set(EXPECTED["pushEndpoints"]) and pushed - set(EXPECTED["pushEndpoints"])
    assert {customer.get("locale") for customer in customers} == {"ko-KR", "en-US", None}
