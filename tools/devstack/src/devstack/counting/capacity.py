"""The capacity units that one call of DynamoDB consumes (Developer Guide, "DynamoDB read and write operations"): a write unit for
each KiB of an item, two in a transaction; a read unit for each 4 KiB that is read consistently, else half of one."""

import math
from typing import Any, NamedTuple

from devstack.counting.sizes import Item, item_size

WRITES = {"PutItem", "UpdateItem", "TransactWriteItems"}


class Units(NamedTuple):
    write: float = 0.0
    read: float = 0.0
    items: int = 0


def consumed(operation: str, parameters: dict[str, Any], answer: dict[str, Any]) -> Units:
    """What a call consumed that was answered. Of a write the answer says it, since only the engine knows the item before."""
    if operation in WRITES:
        return written(operation, parameters, answer)
    return READS[operation](parameters, answer)


def refused(operation: str, parameters: dict[str, Any]) -> Units:
    """What a write consumed whose condition was not met: as much as if it had been, as far as the request tells."""
    if operation not in WRITES:
        return Units()
    factor = 2 if operation == "TransactWriteItems" else 1
    actions = [next(iter(action.values())) for action in parameters.get("TransactItems", [])] or [parameters]
    return Units(write=factor * sum(kibibytes(action.get("Item", {})) for action in actions), items=len(actions))


def kibibytes(item: Item) -> int:
    return max(1, math.ceil(item_size(item) / 1024))


def written(operation: str, parameters: dict[str, Any], answer: dict[str, Any]) -> Units:
    told = answer["ConsumedCapacity"]
    tables = told if isinstance(told, list) else [told]
    items = len(parameters["TransactItems"]) if operation == "TransactWriteItems" else 1
    return Units(write=sum(table["CapacityUnits"] for table in tables), items=items)


def read(sizes: list[int], consistent: bool) -> Units:
    """Each of these is rounded up; what is not there costs as much as a small item."""
    units = sum(max(1, math.ceil(size / 4096)) for size in sizes)
    return Units(read=units * (1.0 if consistent else 0.5), items=len(sizes))


def of_get(parameters: dict[str, Any], answer: dict[str, Any]) -> Units:
    return read([item_size(answer.get("Item", {}))], parameters.get("ConsistentRead", False))


def of_batch_get(parameters: dict[str, Any], answer: dict[str, Any]) -> Units:
    total = Units()
    for table, wanted in parameters["RequestItems"].items():
        found = answer["Responses"].get(table, [])
        missing = [0] * (len(wanted["Keys"]) - len(found))
        units = read([*map(item_size, found), *missing], wanted.get("ConsistentRead", False))
        total = Units(0.0, total.read + units.read, total.items + units.items)
    return total


def of_query(parameters: dict[str, Any], answer: dict[str, Any]) -> Units:
    """All items together are rounded up once."""
    size = sum(map(item_size, answer["Items"]))
    units = read([size], parameters.get("ConsistentRead", False))
    return units._replace(items=len(answer["Items"]))


READS = {"GetItem": of_get, "BatchGetItem": of_batch_get, "Query": of_query, "Scan": of_query}
