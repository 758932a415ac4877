"""DynamoDB's tables in memory: the operations that the measured functions call, with their conditions and what they would be billed."""

from collections import defaultdict
from functools import cache
from typing import Any, NamedTuple

from devstack.benches.expressions import holds, updated
from devstack.benches.parser import Scope
from devstack.counting.capacity import Units, kibibytes, read
from devstack.counting.sizes import Item, item_size
from devstack.template import resources

Parameters = dict[str, Any]
Table = dict[str, dict[str, Item]]  # items by partition and sort key


class Refused(Exception):
    """A write whose condition was not met: the error's code, and what else the answer has."""

    def __init__(self, code: str, **content: Any) -> None:
        self.code, self.content = code, content


class Write(NamedTuple):
    """What one write would make of its item."""

    table: Table
    key: tuple[str, str]
    before: Item
    after: Item
    holds: bool
    units: int  # half of what they are in a transaction
    indexed: int  # for its items in the table's indexes, the same in a transaction

    def apply(self) -> None:
        partition, sort = self.key
        if self.after:
            self.table[partition][sort] = self.after
        else:
            self.table[partition].pop(sort, None)


def key_of(item: Item) -> tuple[str, str]:
    """The pipeline's tables have the key `pk` and `sk`, Powertools' has `id`."""
    return (item["pk"]["S"], item["sk"]["S"]) if "pk" in item else (item["id"]["S"], "")


@cache
def indexes(table: str) -> list[set[str]]:
    """The attributes of the keys of a table's indexes, by the template, which has none of the peers' tables."""
    described = resources("DynamoDB::Table").get(table, {})
    return [{key["AttributeName"] for key in index["KeySchema"]} for index in described.get("GlobalSecondaryIndexes", [])]


class Tables:
    def __init__(self) -> None:
        self.tables: dict[str, Table] = defaultdict(lambda: defaultdict(dict))

    def call(self, operation: str, parameters: Parameters) -> tuple[Parameters, Units]:
        """The answer, and what it consumed."""
        return getattr(self, f"_{operation}")(parameters)

    def put(self, table: str, item: Item) -> None:
        """Puts an item that is there from the start."""
        partition, sort = key_of(item)
        self.tables[table][partition][sort] = item

    def found(self, table: str, key: Item) -> Item:
        partition, sort = key_of(key)
        return self.tables[table].get(partition, {}).get(sort, {})

    def _GetItem(self, asked: Parameters) -> tuple[Parameters, Units]:
        item = self.found(asked["TableName"], asked["Key"])
        return {"Item": item} if item else {}, read([item_size(item)], asked.get("ConsistentRead", False))

    def _BatchGetItem(self, asked: Parameters) -> tuple[Parameters, Units]:
        responses, total = {}, Units()
        for table, wanted in asked["RequestItems"].items():
            items = [self.found(table, key) for key in wanted["Keys"]]
            responses[table] = [item for item in items if item]
            units = read([item_size(item) for item in items], wanted.get("ConsistentRead", False))
            total = Units(0, total.read + units.read, total.items + units.items)
        return {"Responses": responses, "UnprocessedKeys": {}}, total

    def _Query(self, asked: Parameters) -> tuple[Parameters, Units]:
        """A partition, all of it: no measured function asks for less."""
        first, equal, value = asked["KeyConditionExpression"].split()
        assert (first, equal) == ("pk", "="), "only `pk = :…` is known"
        partition = self.tables[asked["TableName"]].get(asked["ExpressionAttributeValues"][value]["S"], {})
        items = [partition[sort] for sort in sorted(partition)]
        units = read([sum(map(item_size, items))], asked.get("ConsistentRead", False))
        if projection := asked.get("ProjectionExpression"):
            items = [{name: item[name] for name in projection.split(", ") if name in item} for item in items]
        return {"Items": items, "Count": len(items)}, units._replace(items=len(items))

    def _PutItem(self, asked: Parameters) -> tuple[Parameters, Units]:
        return self._alone("Put", asked)

    def _UpdateItem(self, asked: Parameters) -> tuple[Parameters, Units]:
        return self._alone("Update", asked)

    def _TransactWriteItems(self, asked: Parameters) -> tuple[Parameters, Units]:
        actions = [next(iter(action.items())) for action in asked["TransactItems"]]
        writes = [self.write(kind, action) for kind, action in actions]
        if not all(write.holds for write in writes):
            reasons = [reason(write, action) for write, (_, action) in zip(writes, actions, strict=True)]
            raise Refused("TransactionCanceledException", CancellationReasons=reasons)
        for write in writes:
            write.apply()
        units = sum(2 * write.units + write.indexed for write in writes)
        return {}, Units(write=units, items=len(writes))

    def _alone(self, kind: str, asked: Parameters) -> tuple[Parameters, Units]:
        write = self.write(kind, asked)
        if not write.holds:
            raise Refused("ConditionalCheckFailedException", **returned_item(write, asked))
        write.apply()
        shown = {"ALL_OLD": write.before, "ALL_NEW": write.after, "UPDATED_NEW": write.after}.get(asked.get("ReturnValues", ""))
        return {"Attributes": shown} if shown else {}, Units(write=write.units + write.indexed, items=1)

    def write(self, kind: str, asked: Parameters) -> Write:
        key = asked.get("Key") or asked["Item"]
        before = self.found(asked["TableName"], key)
        scope = Scope(before, asked.get("ExpressionAttributeNames", {}), asked.get("ExpressionAttributeValues", {}))
        met = "ConditionExpression" not in asked or holds(asked["ConditionExpression"], scope)
        after = {
            "Put": lambda: asked["Item"],
            "Update": lambda: updated(asked["UpdateExpression"], scope._replace(item=before or key)),
            "Delete": dict,
            "ConditionCheck": lambda: before,
        }[kind]() if met else before
        units = max(kibibytes(before), kibibytes(after))
        indexed = sum(before != after and index <= after.keys() for index in indexes(asked["TableName"]))
        return Write(self.tables[asked["TableName"]], key_of(key), before, after, met, units, indexed)


def reason(write: Write, asked: Parameters) -> Parameters:
    if write.holds:
        return {"Code": "None"}
    return {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"} | returned_item(write, asked)


def returned_item(write: Write, asked: Parameters) -> Parameters:
    wanted = asked.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and write.before
    return {"Item": write.before} if wanted else {}
