"""docs/reference/events.md: every event, from its JSON Schema, its golden file and the contract's constants."""

import json
from typing import Any

from devstack.events import SENT_TO
from devstack.project import CONSTANTS, CONTRACT
from devstack.reference.markdown import code, table
from devstack.reference.markdown import page as markdown_page
from devstack.reference.schemas import Reader
from devstack.template import resources, target

INTRODUCTION = """
Every message body is one [CloudEvents 1.0](https://cloudevents.io) event in structured JSON. The schemas are in
[shared/contract/schemas](../../shared/contract/schemas), one sample each in [shared/contract/golden](../../shared/contract/golden).
What may change in them: [How events may change](compatibility.md).
"""

ENVELOPE = """
## Envelope

| member | | |
| --- | --- | --- |
| `specversion` | required | `1.0` |
| `id` | required | 1 to 256 characters, no control characters or noncharacters, as in `source`, `type` and `subject`; fresh for each event that you send. Events of Matchflow have a UUID made of type and business key, so a repeat has the same one |
| `source` | required | a URI reference: who says so |
| `type` | required | one of those below |
| `time` | required | RFC 3339 with an offset, from 0001-01-02 to 9999-12-30 in UTC |
| `data` | required | the members below |
| `subject` | | the parts of the business key, joined by `/` |
| `datacontenttype` | | `application/json`, which is the default |
| `correlationid` | | one value on everything that one event caused; where it is absent or malformed, `requestId`, `purchaseId` or `partnerId` |
| `causationid` | | the id of the event that caused this one |
| `traceparent` | | W3C Trace Context, passed on |

Everything published has two message attributes: `eventType`, equal to `type`, for filters; and `correlationId`. On the way in both are optional. Unknown
members are ignored. `null` for an optional member is the same as its absence, and an integer may be written as any number without a fraction (`300`, `300.0`, `3e2`).
What Matchflow publishes holds neither, and no character that SQS does not take: U+FFFE and U+FFFF are escaped.

A `type` that a function does not handle is acknowledged and counted as ignored on the queues that only the topic sends to. On those that others send to
(intake, points) it is quarantined: a sender's mistake must not vanish.
"""

IDENTITY = """
## Identity

An event is identified by its business key, not by its envelope. The same key again is a repeat: no second effect, and what was published for it is published again, byte for
byte, unless the state has moved on since. Other `data` under the same key is an `identity_conflict`. Order of members, white space and unknown members do not count; nor do
`id` and `time`. Values are compared, not spellings: `null` and absence, a default and absence, `1e21` and `1000000000000000000000` are the same. Within `details` a member
that is `null` is a value like any other.
"""


def page() -> str:
    constants: dict[str, dict[str, Any]] = CONSTANTS["events"]
    rows = [
        [
            f"[{code(kind)}](#{kind.replace('.', '')})",
            one["emitter"],
            receivers(kind, one["direction"]),
            one["messageGroup"],
            ", ".join(map(code, one["key"])),
        ]
        for kind, one in constants.items()
    ]
    shapes: dict[str, str] = {}
    sections = [section(kind, shapes) for kind in constants]
    return markdown_page(
        "Events",
        "shared/contract and template.yaml",
        INTRODUCTION,
        table(["type", "sent by", "received by", "message group", "business key"], rows),
        ENVELOPE,
        IDENTITY,
        *sections,
        "## Shapes",
        *(f"### {name}\n\n{members}" for name, members in sorted(shapes.items())),
    )


def receivers(kind: str, direction: str) -> str:
    """The queues that an event goes to: its own one, or those whose subscription's filter lets it through."""
    if direction != "out":
        return (SENT_TO | {"record.quarantined": "Quarantine"})[kind].lower()
    subscribed = [target(one["Endpoint"]) for one in resources("SNS::Subscription").values() if passes(one.get("FilterPolicy"), kind)]
    return ", ".join(map(queue, subscribed))


def passes(policy: dict[str, list[Any]] | None, kind: str) -> bool:
    """Whether a filter policy lets an event type through, for the two forms that the template uses."""
    conditions = policy["eventType"] if policy else []
    exact = [one for one in conditions if isinstance(one, str)]
    left_out = [name for one in conditions if isinstance(one, dict) for name in one["anything-but"]]
    return not conditions or kind in exact or (bool(left_out) and kind not in left_out)


def queue(name: str) -> str:
    return name.removesuffix("Queue").lower()


def section(kind: str, shapes: dict[str, str]) -> str:
    schema = Reader(json.loads((CONTRACT / f"schemas/{kind}.json").read_text()), shapes)
    sample = json.loads((CONTRACT / f"golden/{kind}.json").read_text())
    pretty = json.dumps(sample, indent=2, ensure_ascii=False)
    return f"## {kind}\n\n{schema.data['description']}\n\n{schema.members(schema.data)}\n\n```json\n{pretty}\n```"
