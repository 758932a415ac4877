"""What DynamoDB bills, by its Developer Guide: "DynamoDB item sizes and formats", "DynamoDB read and write operations"."""

import base64
from typing import Any

import pytest
from devstack.counting.capacity import Units, consumed, refused
from devstack.counting.sizes import item_size

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}  # 6 bytes


def of_size(size: int) -> dict[str, Any]:
    return KEY | {"x": {"S": "x" * (size - 7)}}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "한"}, 3),
        ({"N": "7"}, 2),
        ({"N": "-1234"}, 4),
        ({"N": "1200"}, 2),
        ({"B": base64.b64encode(b"four").decode()}, 4),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"M": {"ab": {"S": "cd"}}}, 3 + 4 + 1),
        ({"L": [{"S": "cd"}, {"NULL": True}]}, 3 + 3 + 2),
        ({"SS": ["ab", "c"]}, 3),
    ],
)
def test_an_attribute_counts_with_its_name(value: dict[str, Any], size: int) -> None:
    assert item_size({"name": value}) == 4 + size


def test_the_engine_tells_what_a_write_consumed() -> None:
    transaction = {"TransactItems": [{"Put": {"Item": KEY}}, {"Put": {"Item": KEY}}]}
    told = {"ConsumedCapacity": [{"CapacityUnits": 4.0}, {"CapacityUnits": 2.0}]}
    assert consumed("TransactWriteItems", transaction, told) == Units(write=6.0, items=2)
    assert consumed("UpdateItem", {"Key": KEY}, {"ConsumedCapacity": {"CapacityUnits": 3.0}}) == Units(write=3.0, items=1)


def test_a_write_whose_condition_is_not_met_consumes_as_much() -> None:
    check, put = {"ConditionCheck": {"Key": KEY}}, {"Put": {"Item": of_size(1025)}}
    assert refused("TransactWriteItems", {"TransactItems": [check, put]}) == Units(write=6.0, items=2)
    assert refused("PutItem", {"Item": of_size(1024)}) == Units(write=1.0, items=1)


@pytest.mark.parametrize(("size", "consistent", "units"), [(4096, True, 1.0), (4097, True, 2.0), (4096, False, 0.5), (4097, False, 1.0)])
def test_a_read_is_rounded_up_to_4_kib(size: int, consistent: bool, units: float) -> None:
    asked = {"ConsistentRead": consistent}
    assert consumed("GetItem", asked, {"Item": of_size(size)}) == Units(read=units, items=1)
    assert consumed("Query", asked, {"Items": [of_size(size - 10), {"x": {"S": "123456789"}}]}) == Units(read=units, items=2)


def test_what_is_not_there_costs_a_read_and_each_item_of_a_batch_is_rounded_up_by_itself() -> None:
    assert consumed("GetItem", {}, {}) == Units(read=0.5, items=1)
    assert consumed("Query", {"ConsistentRead": True}, {"Items": []}) == Units(read=1.0, items=0)
    asked = {"RequestItems": {"t": {"Keys": [KEY, KEY, KEY], "ConsistentRead": True}}}
    assert consumed("BatchGetItem", asked, {"Responses": {"t": [KEY, of_size(4097)]}}) == Units(read=4.0, items=3)
