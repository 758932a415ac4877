"""What a call of SNS publishes, as SNS bills it."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple


class Publication(NamedTuple):
    """What one call publishes to the topic: messages by event type, and their bytes with their attributes'."""

    events: Counter[str]
    size: int


BATCHED = re.compile(r"PublishBatchRequestEntries\.member\.\d+\.Message$")
ATTRIBUTE = re.compile(r"MessageAttributes\.entry\.\d+\.(Name|Value\.(DataType|StringValue))$")
NAME = re.compile(r"(.*MessageAttributes\.entry\.\d+)\.Name$")


def published(form: Mapping[str, str]) -> Publication:
    """Nothing for a message to a phone, which is no message of the topic."""
    if "PublishBatchRequestEntries.member.1.Id" not in form:
        return Publication(Counter(), 0)
    types = (
        form[f"{entry[1]}.Value.StringValue"]
        for name, value in form.items()
        if value == "eventType" and (entry := NAME.match(name))
    )
    billed = (value for name, value in form.items() if BATCHED.search(name) or ATTRIBUTE.search(name))
    return Publication(Counter(types), sum(len(value.encode()) for value in billed))
