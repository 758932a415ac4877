"""How large an item is, as DynamoDB bills it (Developer Guide, "DynamoDB item sizes and formats")."""

import base64
from typing import Any

Value = dict[str, Any]  # a value with its type: {"S": "text"}
Item = dict[str, Value]


def item_size(item: Item) -> int:
    """In bytes: names and values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Value) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return number_size(content)
        case "B":
            return len(base64.b64decode(content))
        case "BOOL" | "NULL":
            return 1
        case "M":
            return 3 + item_size(content) + len(content)
        case "L":
            return 3 + sum(value_size(one) + 1 for one in content)
        case "SS" | "NS" | "BS":
            return sum(value_size({kind[0]: one}) for one in content)
    raise ValueError(f"{kind} is no type of DynamoDB's")


def number_size(text: str) -> int:
    """About a byte for two significant digits and one more, and one for the sign."""
    digits = text.lstrip("-").split("e")[0].split("E")[0].replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")
