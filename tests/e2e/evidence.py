"""All that shows from outside what became of a burst, read once everything is at rest."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from burst import Burst
from counting import Statistics
from devstack.demo.deployed import Stack as Deployed
from events import Event
from patience import ticks

Item = dict[str, Any]
CONSUMED = ("Intake", "Outcomes", "Deferred", "Points", "Notification", "Statistics")
# A lease of a minute, and the delays of a record that has failed some times meanwhile: mostly two minutes in all.
LIMIT = 300.0


class Lost(NamedTuple):
    """Notification's batches whose process was killed at work, and how many records each of them had at most."""

    batches: int = 0
    size: int = 0


@dataclass
class Evidence:
    """What was sent, published, stored, counted, texted and set aside."""

    phones: Mapping[str, str]  # by request
    bad: list[str]  # message ids
    capacities: dict[str, int]  # by partner
    fullest: dict[str, int]  # by partner: the most open matches seen at any moment
    closed: set[str]  # the requests whose work was reported done
    published: list[str]  # bodies, as often as they arrived
    requests: dict[str, Item]
    partners: dict[str, Item]
    decisions: list[Item]  # of the ledger
    accounts: dict[str, Item]
    entries: dict[str, list[Item]]  # by partner, in order
    stories: list[Item]  # of what customers were told
    counted: dict[str, list[str]]  # the events' ids by story
    texts: dict[str, list[str]]  # by request
    quarantined: list[Event]
    left: dict[str, int]  # on queues
    in_vain: Counter[str]  # by request or phone: the faults that may have left a text sent in vain
    lost: Lost  # in each of these batches every text may have been sent in vain


def gather(burst: Burst, in_vain: Counter[str], lost: Callable[[], Lost]) -> Evidence:
    stack, deployed = burst.stack, Deployed(burst.stack.outputs, burst.stack.endpoint)
    come_to_rest(burst, deployed)
    burst.look()
    burst.follow()
    matching, ledger = own(burst, "MatchingTableName"), own(burst, "LedgerTableName")
    entries = defaultdict(list)
    for item in sorted(ledger, key=lambda item: item["sk"]):
        if item["sk"].startswith("entry#"):
            entries[named(item)].append(item)
    texts = stack.all_texts()
    counted = Statistics(stack).table().stories
    return Evidence(
        burst.phones,
        burst.bad,
        burst.capacities,
        burst.fullest,
        {request.id for request in burst.journal.requests.values() if request.closed},
        burst.published,
        {named(item): item for item in matching if item["sk"] == "request" and named(item) in burst.phones},
        {named(item): item for item in matching if item["sk"] == "partner"},
        [item for item in ledger if item["sk"] == "decision"],
        {named(item): item for item in ledger if item["sk"] == "account"},
        entries,
        own(burst, "NotificationTableName"),
        {key: [event["id"] for _, event in story] for key, story in counted.items() if burst.market.tag in str(story)},
        {request: texts.get(phone, []) for request, phone in burst.phones.items()},
        stack.quarantine.events(where=lambda event: burst.market.tag in event["data"]["body"]),
        deployed.backlog(),
        in_vain,
        lost(),
    )


def come_to_rest(burst: Burst, deployed: Deployed) -> None:
    for _ in ticks(LIMIT):
        burst.follow()
        burst.close()
        waiting = [request.id for request in burst.journal.requests.values() if not request.at_rest]
        held = {name: count for name, count in deployed.backlog().items() if name in CONSUMED}
        if not waiting and not held:
            return
    raise AssertionError(f"after {LIMIT:.0f} s {len(waiting)} requests wait ({waiting[:5]}), and on queues {held}")


def own(burst: Burst, table: str) -> list[Item]:
    """This burst's items of a table: every key and every partner's name has its tag."""
    return [item for item in burst.stack.items(table) if burst.market.tag in str(item)]


def named(item: Item) -> str:
    return item["pk"].split("#", 1)[1]
