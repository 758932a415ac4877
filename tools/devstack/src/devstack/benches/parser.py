"""Parses DynamoDB's expressions, as far as the measured functions write them."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from devstack.counting.sizes import Item, Value

TOKEN = re.compile(r"[#:]?[A-Za-z_][\w.#]*|<>|<=|>=|\S")
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class Scope(NamedTuple):
    """What an expression is evaluated on."""

    item: Item
    names: dict[str, str]
    values: Item

    def path(self, written: str) -> list[str]:
        return [self.names.get(part, part) for part in written.split(".")]

    def attribute(self, written: str) -> Value | None:
        first, *rest = self.path(written)
        value = self.item.get(first)
        for name in rest:
            value = value.get("M", {}).get(name) if value else None
        return value


Condition = Callable[[Scope], bool]
Operand = Callable[[Scope], Value | None]


def comparable(value: Value | None) -> Any:
    if value is None:
        return None
    ((kind, content),) = value.items()
    return Decimal(content) if kind == "N" else content


def plus(first: Operand, sign: int, second: Operand) -> Operand:
    return lambda scope: {"N": str(comparable(first(scope)) + sign * comparable(second(scope)))}


class Parser:
    def __init__(self, expression: str) -> None:
        self.tokens = TOKEN.findall(expression)

    def take(self) -> str:
        return self.tokens.pop(0) if self.tokens else ""

    def accept(self, *tokens: str) -> str:
        return self.take() if self.tokens and self.tokens[0] in tokens else ""

    def expect(self, token: str) -> None:
        if (found := self.take()) != token:
            raise ValueError(f"an expression has {found!r} in place of {token!r}")

    def condition(self) -> Condition:
        parts = [self.all_of()]
        while self.accept("OR"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else lambda scope: any(part(scope) for part in parts)

    def all_of(self) -> Condition:
        parts = [self.one()]
        while self.accept("AND"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else lambda scope: all(part(scope) for part in parts)

    def one(self) -> Condition:
        if self.accept("NOT"):
            negated = self.one()
            return lambda scope: not negated(scope)
        if self.accept("("):
            inner = self.condition()
            self.expect(")")
            return inner
        if function := self.accept("attribute_exists", "attribute_not_exists"):
            (path,), wanted = self.arguments(self.take), function == "attribute_exists"
            return lambda scope: (scope.attribute(path) is not None) == wanted
        return self.comparison()

    def comparison(self) -> Condition:
        left, operator, right = self.operand(), self.take(), self.operand()
        compare = COMPARISONS[operator]

        def holds(scope: Scope) -> bool:
            a, b = comparable(left(scope)), comparable(right(scope))
            return a is not None and b is not None and compare(a, b)

        return holds

    def change(self, clause: str, path: str) -> Operand | None:
        """What an attribute becomes; `None` if it is removed."""
        match clause:
            case "SET":
                self.expect("=")
                first = self.operand()
                sign = {"+": 1, "-": -1}.get(self.accept("+", "-"))
                return first if sign is None else plus(first, sign, self.operand())
            case "ADD":
                return plus(lambda scope: scope.attribute(path) or {"N": "0"}, 1, self.operand())
            case "REMOVE":
                return None
        raise ValueError(f"an update has the clause {clause!r}")

    def operand(self) -> Operand:
        if self.accept("if_not_exists"):
            path, other = self.arguments(self.take, self.operand)
            return lambda scope: scope.attribute(path) or other(scope)
        token = self.take()
        return (lambda scope: scope.values[token]) if token.startswith(":") else lambda scope: scope.attribute(token)

    def arguments(self, *parsers: Callable[[], Any]) -> list[Any]:
        found = []
        for before, parse in zip("(,", parsers, strict=False):
            self.expect(before)
            found.append(parse())
        self.expect(")")
        return found
