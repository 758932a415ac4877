"""What statistics counted, read as another team would: functions/statistics/src/store/mod.rs has its table's layout."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from devstack.demo.deployed import Stack

SHARDS = 16
# By `sk` (`total`, `category#cleaning`), then by the attribute's name.
Rows = dict[str, Counter[str]]


class Counters:
    """The statistics table of a stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def of(self, days: Iterable[str]) -> Rows:
        """The counters of some days (`2026-03-01`), their shards added up."""
        keys = [f"day#{day}#{shard:02}" for day in days for shard in range(SHARDS)]
        rows: Rows = defaultdict(Counter)
        with ThreadPoolExecutor(SHARDS) as pool:
            for items in pool.map(self._query, keys):
                for item in items:
                    counts = {name: int(value["N"]) for name, value in item.items() if "N" in value}
                    rows[item["sk"]["S"]].update(counts)
        return rows

    def story(self, key: str) -> list[str]:
        """The ids of the events that were counted of a request (`request#…`) or a purchase (`purchase#…`)."""
        return [item["id"]["S"] for item in self._query(key)]

    def _query(self, key: str) -> list[dict[str, Any]]:
        pages = self._stack.dynamodb.get_paginator("query").paginate(
            TableName=self._stack.outputs["StatisticsTableName"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": key}},
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]


def quantile(histogram: Counter[str], share: float) -> float | None:
    """The delay, in seconds, that this share of all did not exceed: the upper bound of its bucket. None of none."""
    rest = math.ceil(share * histogram.total())
    for bound in sorted(map(int, histogram)):
        rest -= histogram[str(bound)]
        if rest <= 0:
            return bound / 1000
    return None
