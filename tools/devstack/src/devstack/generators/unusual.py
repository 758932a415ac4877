"""Unusual events that the contract takes: from the generator in tests/builders, sent to a stack, and followed to their end."""

import base64
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from devstack.clients.event_log import EventLog, RequestLog
from devstack.clients.stack import Stack
from devstack.events import SENT_TO, Event
from devstack.project import ROOT
from devstack.waiting import until

GENERATOR = ["cargo", "run", "--locked", "--quiet", "--package", "builders", "--example", "unusual_events"]
REQUESTS = ("request.submitted", "match.closed")  # what is sent once partners and points are known
LIMIT = 300.0  # seconds; a request without capacity takes all of its attempts

# A request's state in the log, by its end. `Withdrawn` is not among them: whether a close comes before a refusal is left to chance on a stack.
STATES = {
    "Confirmed": "Confirmed",
    "Closed": "Confirmed",  # no event tells of a close
    "NoCapacity": "Unmatched  no_capacity",
    "NoPartner": "Unmatched  no_partner",
}


@dataclass
class Flow:
    """All that is sent for one request, and how the request ends."""

    request: str
    end: str
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def submission(self) -> Event:
        """The `data` of the request."""
        (line, *_) = (line for line in self.lines if line["eventType"] == "request.submitted")
        event = json.loads(line["body"])
        data: Event = (json.loads(event["Message"]) if "Message" in event else event)["data"]
        return data


def flows(seed: int, count: int, namespace: str = "") -> list[Flow]:
    """What the generator makes of a seed, but for flows that end otherwise than in `STATES`: the same every time, but for ids,
    which begin with the namespace."""
    made = subprocess.run([*GENERATOR, str(seed), str(count), namespace], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    found: dict[int, Flow] = {}
    for line in map(json.loads, made.stdout.splitlines()):
        found.setdefault(line["flow"], Flow(line["request"], line["end"])).lines.append(line)
    return [flow for flow in found.values() if flow.end in STATES]


def follow(stack: Stack, flows: list[Flow]) -> EventLog:
    """Sends partners and points, then requests and closes; returns once every request is settled."""
    log = EventLog([flow.request for flow in flows])
    position = len(stack.listener.messages)
    send(stack, flows, lambda event_type: event_type not in REQUESTS)
    queues = {*SENT_TO.values(), "Outcomes"}
    until(lambda: not queues & stack.backlog().keys(), "partners and points are handled", LIMIT)
    send(stack, flows, lambda event_type: event_type in REQUESTS)

    def are_settled() -> bool:
        nonlocal position
        arrived = stack.listener.since(position)
        position += len(arrived)
        for body, at in arrived:
            log.add(body, at)
        return log.settled() == len(flows)

    until(are_settled, "all requests are settled", LIMIT)
    return log


def send(stack: Stack, flows: list[Flow], chosen: Callable[[str], bool]) -> None:
    by_queue: dict[str, list[dict[str, Any]]] = {}
    for line in (line for flow in flows for line in flow.lines if chosen(line["eventType"])):
        by_queue.setdefault(SENT_TO[line["eventType"]], []).append(entry(line))
    for queue, entries in by_queue.items():
        stack.send_all(queue, entries)


def entry(line: dict[str, Any]) -> dict[str, Any]:
    attributes = {name: wire_form(value) for name, value in line["attributes"].items()}
    return {"MessageBody": line["body"], "MessageGroupId": line["group"], "MessageAttributes": attributes}


def wire_form(attribute: dict[str, str]) -> dict[str, Any]:
    """A message attribute as boto3 sends it."""
    value = attribute.get("binaryValue")
    if value is not None:
        return {"DataType": attribute["dataType"], "BinaryValue": base64.b64decode(value)}
    return {"DataType": attribute["dataType"], "StringValue": attribute["stringValue"]}


def unexpected(flows: list[Flow], requests: dict[str, RequestLog]) -> list[str]:
    """The requests that ended otherwise than the generator says."""
    ended = ((flow, requests[flow.request].state) for flow in flows)
    return [f"{flow.request}: {state}, not {flow.end}" for flow, state in ended if state != STATES[flow.end]]
