"""DynamoDB's expressions on items: a condition that holds or does not, an update that makes another item."""

from functools import cache

from devstack.benches.parser import Condition, Operand, Parser, Scope
from devstack.counting.sizes import Item, Value


def holds(expression: str, scope: Scope) -> bool:
    return condition(expression)(scope)


@cache
def condition(expression: str) -> Condition:
    parser = Parser(expression)
    parsed = parser.condition()
    parser.expect("")
    return parsed


def updated(expression: str, scope: Scope) -> Item:
    """The item after an update. All operands are of the item before it."""
    item = dict(scope.item)
    for path, operand in changes(expression):
        put(item, scope.path(path), operand and operand(scope))
    return item


@cache
def changes(expression: str) -> list[tuple[str, Operand | None]]:
    """The attributes that an update changes, by their paths, and what each becomes."""
    parser, found = Parser(expression), []
    while clause := parser.take():
        more = True
        while more:
            path = parser.take()
            found.append((path, parser.change(clause, path)))
            more = bool(parser.accept(","))
    return found


def put(item: Item, path: list[str], value: Value | None) -> None:
    """Sets or, with no value, removes an attribute. What the item shares with others stays as it is."""
    first, *rest = path
    if rest:
        inner = dict(item[first]["M"])
        put(inner, rest, value)
        item[first] = {"M": inner}
    elif value is None:
        item.pop(first, None)
    else:
        item[first] = value
