"""The stand-in for DynamoDB, where a measured function relies on it."""

from typing import Any

import pytest
from devstack.benches.expressions import holds, updated
from devstack.benches.parser import Scope
from devstack.benches.tables import Refused, Tables
from devstack.benches.variants import LEDGER
from devstack.counting.capacity import Units

ITEM = {"pk": {"S": "a"}, "n": {"N": "10"}, "state": {"S": "open"}, "m": {"M": {"k": {"N": "2"}}}}
NAMES = {"#state": "state", "#m": "m", "#k": "k"}
VALUES = {":nine": {"N": "9"}, ":ten": {"N": "10.0"}, ":open": {"S": "open"}, ":two": {"N": "2"}}
SCOPE = Scope(ITEM, NAMES, VALUES)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("n = :ten", True),
        ("n > :nine AND #state = :open", True),
        ("n < :nine OR #m.#k = :two", True),
        ("n < :nine OR (#state = :open AND attribute_exists(absent))", False),
        ("NOT n <= :nine", True),
        ("attribute_not_exists(absent)", True),
        ("attribute_not_exists(#m.#k)", False),
        ("absent <> :two", False),
        ("absent < :two", False),
    ],
)
def test_a_condition_holds_or_does_not(condition: str, expected: bool) -> None:
    assert holds(condition, SCOPE) is expected


def test_what_is_no_condition_is_an_error() -> None:
    with pytest.raises(ValueError, match="in place of"):
        holds("n = :ten n", SCOPE)


@pytest.mark.parametrize(
    ("update", "changed"),
    [
        ("SET n = n - :nine, #state = :nine", {"n": {"N": "1"}, "state": {"N": "9"}}),
        ("SET x = if_not_exists(x, :two), n = if_not_exists(n, :two)", {"x": {"N": "2"}}),
        ("SET #m.#k = :nine REMOVE #state", {"m": {"M": {"k": {"N": "9"}}}, "state": None}),
        ("ADD n :nine, x :two", {"n": {"N": "19"}, "x": {"N": "2"}}),
    ],
)
def test_an_update_changes_what_it_names(update: str, changed: dict[str, Any]) -> None:
    expected = {name: value for name, value in (ITEM | changed).items() if value is not None}
    assert updated(update, SCOPE) == expected
    assert ITEM["m"] == {"M": {"k": {"N": "2"}}}, "the item before it is as it was"


def key(name: str) -> dict[str, Any]:
    return {"pk": {"S": name}, "sk": {"S": "s"}}


def put(name: str, size: int = 0, **more: Any) -> dict[str, Any]:
    return {"TableName": "t", "Item": key(name) | {"x": {"S": "x" * size}}, **more}


NEW = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def test_a_transaction_writes_all_or_nothing_and_says_why() -> None:
    tables = Tables()
    tables.call("PutItem", put("known"))
    with pytest.raises(Refused) as refused:
        tables.call("TransactWriteItems", {"TransactItems": [{"Put": put("new", **NEW)}, {"Put": put("known", size=1, **NEW)}]})
    assert refused.value.code == "TransactionCanceledException"
    first, second = refused.value.content["CancellationReasons"]
    assert first == {"Code": "None"}
    assert (second["Code"], second["Item"]) == ("ConditionalCheckFailed", put("known")["Item"])
    wanted = {"RequestItems": {"t": {"Keys": [key("new"), key("known")], "ConsistentRead": True}}}
    answer, units = tables.call("BatchGetItem", wanted)
    assert answer["Responses"] == {"t": [put("known")["Item"]]}
    assert units == Units(read=2, items=2)


def test_the_larger_of_old_and_new_item_is_billed_and_twice_in_a_transaction() -> None:
    tables = Tables()
    assert tables.call("PutItem", put("a", size=1500)) == ({}, Units(write=2, items=1))
    transaction = {"TransactItems": [{"Put": put("a")}, {"ConditionCheck": {"TableName": "t", "Key": key("b"), **NEW}}]}
    assert tables.call("TransactWriteItems", transaction) == ({}, Units(write=6, items=2))


def test_a_refused_write_returns_the_item_if_that_was_asked_for() -> None:
    tables = Tables()
    tables.call("PutItem", put("a"))
    with pytest.raises(Refused) as refused:
        tables.call("PutItem", put("a", size=5, **NEW))
    assert refused.value.content == {"Item": put("a")["Item"]}


def test_a_query_reads_a_partition_in_order() -> None:
    tables = Tables()
    for sort in ("2", "1"):
        tables.put("t", {"pk": {"S": "p"}, "sk": {"S": sort}, "x": {"S": "-" * 3000}})
    asked = {"TableName": "t", "KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "p"}}, "ConsistentRead": True}
    answer, units = tables.call("Query", asked | {"ProjectionExpression": "sk"})
    assert answer["Items"] == [{"sk": {"S": "1"}}, {"sk": {"S": "2"}}]
    assert units == Units(read=2, items=2)


def test_an_item_of_the_ledgers_index_takes_a_unit_more_and_the_peers_ledger_has_none() -> None:
    tables, item = Tables(), key("indexed") | {"partner": {"S": "p"}, "sequence": {"N": "1"}}
    units = {table: tables.call("PutItem", {"TableName": table, "Item": item})[1].write for table in ("LedgerTable", LEDGER)}
    assert units == {"LedgerTable": 2, LEDGER: 1}
    assert tables.call("PutItem", {"TableName": "LedgerTable", "Item": key("alone")})[1].write == 1
    again = [{"Put": {"TableName": "LedgerTable", "Item": item | key(name)}} for name in ("indexed", "new")]
    assert tables.call("TransactWriteItems", {"TransactItems": again})[1].write == 2 + 2 + 1  # one is as it was
