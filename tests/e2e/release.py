"""What an earlier release stored and published, kept in a folder (revision1): put into a stack's tables, and sent again."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from devstack.clients.stack import Stack, plain
from devstack.events import SENT_TO, Event, utc

Item = dict[str, Any]


class Release:
    """Its items by table, and its messages, each with its event: those that producers sent, and those that were published."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self.items: dict[str, list[Item]] = json.loads((folder / "items.json").read_text())
        messages = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
        events: list[tuple[Event, Item]] = [(json.loads(message["body"]), message) for message in messages]
        self.bodies: list[str] = [message["body"] for message in messages]
        self.sent = [(event, message) for event, message in events if "group" in message]
        self.published = [(event, message) for event, message in events if "attributes" in message]

    @property
    def phones(self) -> dict[str, str]:
        """The phone numbers of the customers by request."""
        submitted = [event["data"] for event, _ in self.sent if event["type"] == "request.submitted"]
        return {data["requestId"]: data["customer"]["phone"] for data in submitted if "phone" in data["customer"]}

    def saved(self, table: str) -> list[str]:
        """The bodies of the events that are saved in the items of a table."""
        return [body for item in self.items[table] for body in publications(plain(item))]

    def stored(self, table: str, kind: str) -> dict[str, Item]:
        """What has become of the items of a kind (`partner`), by name."""
        keys = {item["pk"]["S"] for item in self.items[table]}
        return {key.split("#", 1)[1]: self.stack.query(table, key)[0] for key in keys if key.startswith(f"{kind}#")}

    def store(self) -> None:
        """Puts the items into the tables, in place of what an earlier run left. They expire as if stored today."""
        expiry = {"N": str(int((datetime.now(UTC) + timedelta(days=400)).timestamp()))}
        for table, items in self.items.items():
            name = self.stack.table(table)
            for pk in {item["pk"]["S"] for item in items}:
                for left in self.stack.query(table, pk):
                    self.stack.dynamodb.delete_item(TableName=name, Key={"pk": {"S": pk}, "sk": {"S": left["sk"]}})
            for item in items:
                fresh = item | {"expiresAt": expiry} if "expiresAt" in item else item
                self.stack.dynamodb.put_item(TableName=name, Item=fresh)

    def send(self) -> None:
        """Sends again what producers sent, each event to the queue where its type belongs today."""
        for event, message in self.sent:
            self.stack.send(SENT_TO[event["type"]], message["body"], message["group"])

    def publish(self, message: Item, at_this_moment: bool) -> None:
        """Publishes an event again, past the topic's deduplication."""
        event: Event = json.loads(message["body"])
        body = json.dumps(event | {"time": utc(datetime.now(UTC))}) if at_this_moment else message["body"]
        self.stack.sns.publish(
            TopicArn=self.stack.topic,
            Message=body,
            MessageAttributes=message["attributes"],
            MessageGroupId=event["id"],
            MessageDeduplicationId=str(uuid.uuid4()),
        )


def publications(value: Any) -> Iterator[str]:
    """The bodies of the publications in an item, at any depth."""
    if isinstance(value, dict):
        if "body" in value:
            yield value["body"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from publications(part)
