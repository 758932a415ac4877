"""What is visible of a burst from outside, read once every request is settled."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from burst import Burst
from counting import Statistics
from devstack.events import Event
from devstack.waiting import ticks
from devstack.wiring import consumed

Item = dict[str, Any]
# A lease of a minute, and the delays of a record that has failed some times meanwhile: mostly two minutes in all.
LIMIT = 300.0


class LostBatches(NamedTuple):
    """Notification's batches whose process was killed at work, and how many records each of them had at most."""

    batches: int = 0
    size: int = 0


@dataclass
class Observations:
    """What was sent, published, stored, counted, texted and quarantined."""

    phones: Mapping[str, str]  # by request
    bad: list[str]  # message ids
    capacities: dict[str, int]  # by partner
    peaks: dict[str, int]  # by partner: the most open matches seen at any moment
    closed: set[str]  # the requests whose match was closed
    published: list[str]  # bodies, as often as they arrived
    requests: dict[str, Item]
    partners: dict[str, Item]
    decisions: list[Item]  # of the ledger
    accounts: dict[str, Item]
    histories: dict[str, list[Item]]  # by partner: the decisions on its account, in order
    notifications: list[Item]
    counted: dict[str, list[str]]  # the events' ids by the key that they are counted under
    texts: dict[str, list[str]]  # by request
    quarantined: list[Event]
    left: dict[str, int]  # on queues
    unsaved: Counter[str]  # by request or phone: the faults by which the sending of a text may not have been saved
    lost: LostBatches  # the same may be so for every text in each of these batches


def gather(burst: Burst, unsaved: Counter[str], lost: Callable[[], LostBatches]) -> Observations:
    stack = burst.stack
    wait_until_settled(burst)
    burst.measure()
    burst.follow()
    matching, ledger = own(burst, "Matching"), own(burst, "Ledger")
    accounts = {named(item): item for item in ledger if item["sk"] == "account"}
    texts = stack.texts()
    counted = Statistics(stack).table().histories
    return Observations(
        burst.phones,
        burst.bad,
        burst.capacities,
        burst.peaks,
        {request.id for request in burst.log.requests.values() if request.closed},
        burst.published,
        {named(item): item for item in matching if item["sk"] == "request" and named(item) in burst.phones},
        {named(item): item for item in matching if item["sk"] == "partner"},
        [item for item in ledger if item["sk"] == "decision"],
        accounts,
        {partner: stack.history(partner) for partner in accounts},
        own(burst, "Notification"),
        {key: [event["id"] for _, event in history] for key, history in counted.items() if burst.sandbox.tag in str(history)},
        {request: texts.get(phone, []) for request, phone in burst.phones.items()},
        stack.quarantine.events(where=lambda event: burst.sandbox.tag in event["data"]["body"]),
        stack.backlog(),
        unsaved,
        lost(),
    )


def wait_until_settled(burst: Burst) -> None:
    for _ in ticks(LIMIT):
        burst.follow()
        burst.close()
        waiting = [request.id for request in burst.log.requests.values() if not request.is_settled]
        held = {name: count for name, count in burst.stack.backlog().items() if name in consumed()}
        if not waiting and not held:
            return
    raise AssertionError(f"after {LIMIT:.0f} s {len(waiting)} requests wait ({waiting[:5]}), and on queues {held}")


def own(burst: Burst, table: str) -> list[Item]:
    """This burst's items of a table: every key and every partner's name has its tag."""
    return [item for item in burst.stack.items(table) if burst.sandbox.tag in str(item)]


def named(item: Item) -> str:
    return item["pk"].split("#", 1)[1]
