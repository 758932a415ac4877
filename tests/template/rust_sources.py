"""What the tests read from the functions' Rust sources, where the template has to agree with them."""

import re

from devstack.project import EVENT_TYPES, ROOT
from devstack.template import Consumer


def code(path: str) -> str:
    """The Rust sources under a folder."""
    return "\n".join(file.read_text() for file in sorted((ROOT / path).rglob("*.rs")))


def seconds(duration: str) -> int:
    """`Duration::from_mins(30)` in seconds."""
    unit, count = re.search(r"from_(secs|mins)\((\d+)\)", duration).groups()
    return int(count) * {"secs": 1, "mins": 60}[unit]


def handled_types(consumer: Consumer) -> dict[str, set[str]]:
    """The event types that a function handles, by the variable that names their queue: `QUEUES` in its lib.rs."""
    variants = {event_type.title().replace(".", ""): event_type for event_type in EVENT_TYPES}
    return {variable: {variants[name] for name in re.findall(r"\w+", names)} for _, variable, names in queue_rows(consumer)}


def directly_sent_to(consumer: Consumer) -> set[str]:
    """The variables that name the queues of a function that other systems send to."""
    return {variable for kind, variable, _ in queue_rows(consumer) if kind == "direct"}


def queue_rows(consumer: Consumer) -> list[tuple[str, str, str]]:
    """The rows of `QUEUES`: kind, variable, event types."""
    row = r'InputQueue::(direct|of_topic)\(\s*"(\w+_QUEUE_URL)",\s*&\[([^\]]*)\]'
    return re.findall(row, code(f"functions/{consumer.folder}/src"))
