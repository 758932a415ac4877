"""SQS events as Lambda hands them to a function."""

import base64
import hashlib
import struct
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from devstack.events import compact, derived, utc

REGION = "ap-northeast-2"
ACCOUNT = "000000000000"
STACK = "matchflow"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:{STACK}-events.fifo"
# Who put the message on the queue: a role of a producer's, or SNS itself.
PRODUCER = "AROAEXAMPLEPRODUCER00:producer"
SNS = "AIDAEXAMPLEOFSNSITSELF"


@dataclass(frozen=True)
class Message:
    """What was sent, and what has to come of it: `accepted`, `ignored` or a reason code."""

    body: str
    event_type: str | None
    expect: str
    group: str | None = None
    correlation: str | None = None
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    receives: int = 1


def queue_arn(queue: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{STACK}-{queue}"


def string_attribute(value: str) -> dict[str, Any]:
    return {"stringValue": value, "stringListValues": [], "binaryListValues": [], "dataType": "String"}


def _attributes(message: Message) -> dict[str, dict[str, Any]]:
    named = {"eventType": message.event_type, "correlationId": message.correlation}
    given = {name: string_attribute(value) for name, value in named.items() if value is not None}
    return given | message.attributes


def _md5_of_attributes(attributes: dict[str, dict[str, Any]]) -> str:
    """SQS's own digest: name, type and value, each behind its length, by name."""
    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        binary = attributes[name].get("binaryValue")
        value = base64.b64decode(binary) if binary else attributes[name]["stringValue"].encode()
        for part in (name.encode(), attributes[name]["dataType"].encode()):
            digest.update(struct.pack(">I", len(part)) + part)
        digest.update((b"\x02" if binary else b"\x01") + struct.pack(">I", len(value)) + value)
    return digest.hexdigest()


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def _system(message: Message, queue: str, sender: str, sent: datetime, index: int) -> dict[str, str]:
    system = {
        "ApproximateReceiveCount": str(message.receives),
        "SentTimestamp": _milliseconds(sent),
        "SenderId": sender,
        "ApproximateFirstReceiveTimestamp": _milliseconds(sent + timedelta(milliseconds=40)),
    }
    if queue.endswith(".fifo"):
        system |= {
            "SequenceNumber": str(18_894_640_000_000_000_000 + index * 256),
            "MessageGroupId": message.group or "",
            "MessageDeduplicationId": hashlib.sha256(message.body.encode()).hexdigest(),
        }
    return system


def record(file: str, index: int, queue: str, sender: str, message: Message, sent: datetime) -> dict[str, Any]:
    attributes = _attributes(message)
    handle = hashlib.sha512(f"{file}/{index}".encode()).digest() * 2
    made: dict[str, Any] = {
        "messageId": derived("sample", file, index),
        "receiptHandle": "AQEB" + base64.b64encode(handle).decode(),
        "body": message.body,
        "attributes": _system(message, queue, sender, sent, index),
        "messageAttributes": attributes,
        "md5OfBody": hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn(queue),
        "awsRegion": REGION,
    }
    if attributes:
        made["md5OfMessageAttributes"] = _md5_of_attributes(attributes)
    return made


def wrapped(message: Message, sent: datetime) -> Message:
    """The message as SNS wraps it where raw delivery is off: its attributes move into the body."""
    notification = {
        "Type": "Notification",
        "MessageId": derived("notification-of", hashlib.sha256(message.body.encode()).hexdigest()),
        "TopicArn": TOPIC,
        "Message": message.body,
        "Timestamp": utc(sent),
        "UnsubscribeURL": f"https://sns.{REGION}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={TOPIC}:{derived('subscription')}",
        "MessageAttributes": {
            name: {"Type": value["dataType"], "Value": value.get("stringValue", value.get("binaryValue"))}
            for name, value in _attributes(message).items()
        },
    }
    if message.group is not None:
        notification["SequenceNumber"] = "10000000000000003000"
    return Message(compact(notification), None, message.expect, message.group, receives=message.receives)
