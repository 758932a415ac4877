"""What must hold of a burst, also where processes were killed or calls failed meanwhile: each line of the answer is a violation.

It knows the contract and what is to be seen from outside, and shares nothing with the functions.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator

from devstack.clients.accounts import audit
from devstack.clients.event_log import EventLog
from devstack.events import match_id
from leases import answers, leases_over
from observations import Item, Observations

Problems = Iterator[str]
LIVE, ENDED = {"confirmed", "closed"}, {"unmatched", "withdrawn"}


def problems(observed: Observations) -> list[str]:
    public = EventLog(list(observed.phones))
    for body in observed.published:
        public.add(body)
    return [problem for check in CHECKS for problem in check(observed, public)]


def final_states(observed: Observations, public: EventLog) -> Problems:
    """Each request is in exactly one final state, and published as what it is stored as."""
    for request in public.requests.values():
        item = observed.requests.get(request.id)
        state = item["state"] if item else "not stored"
        unmatched, charged = len(request.of("request.unmatched")), len(request.of("points.deducted"))
        if state not in LIVE | ENDED:
            yield f"{request.id} is {state}"
        elif (unmatched, charged) != ((0, 1) if state in LIVE else (1, 0)):
            yield f"{request.id} is {state}, but was published {charged} times as charged, {unmatched} times as unmatched"
        elif (state == "closed") != (request.id in observed.closed):
            yield f"{request.id} is {state}, {'though' if request.id in observed.closed else 'but not'} reported closed"


def charges(observed: Observations, public: EventLog) -> Problems:
    """Each live or closed match was charged once, and nothing else ever: in the ledger as in public."""
    live = Counter(live_matches(observed))
    moved = (decision["pk"].split("#") for decision in observed.decisions if "transfer" in decision)
    stored = Counter(key for kind, key in moved if kind == "match")
    told = Counter(seen.data["matchId"] for seen in public.accounts if seen.type == "points.deducted")
    for where, charged in (("ledger", stored), ("public", told)):
        for match in sorted(live.keys() | charged.keys()):
            if live[match] != charged[match]:
                yield f"{match}: {live[match]} live matches, {charged[match]} charges ({where})"


def accounts(observed: Observations, public: EventLog) -> Problems:
    """Sequences have no gaps, each balance follows from the one before and is never negative; public equals stored."""
    yield from audit(public.accounts).errors
    told = {(seen.data["partnerId"], seen.data["sequence"], seen.data["balance"]) for seen in public.accounts}
    stored = set()
    for partner, decisions in observed.histories.items():
        balance = 0
        for place, decision in enumerate(decisions, start=1):
            balance += change(decision)
            if (decision["sequence"], decision["balance"]) != (place, balance) or balance < 0:
                yield f"{partner}: decision {place} says {decision['balance']} at {decision['sequence']}, {balance} expected"
            stored.add((partner, decision["sequence"], decision["balance"]))
        if (last := observed.accounts[partner])["balance"] != balance or last["sequence"] != len(decisions):
            yield f"{partner}: the account says {last['balance']} at {last['sequence']}"
    if differing := {decision for decision in told if decision[1] > 0} ^ stored:
        yield f"published and stored decisions differ: {sorted(differing)}"


def change(decision: Item) -> int:
    """By how much a decision changes its account's balance."""
    transfer = decision.get("transfer", {"points": 0, "credit": "platform"})
    points: int = transfer["points"]
    return -points if transfer["credit"] == "platform" else points


def capacity(observed: Observations, public: EventLog) -> Problems:
    """Each partner's open matches are its live ones, and never more than it takes."""
    live = Counter(item["partner"] for item in observed.requests.values() if item["state"] == "confirmed")
    for partner, most in observed.capacities.items():
        shown = observed.partners[partner]["openMatches"]
        if shown != live[partner]:
            yield f"{partner} shows {shown} open matches and has {live[partner]}"
        if max(live[partner], observed.peaks[partner]) > most:
            yield f"{partner} had {max(live[partner], observed.peaks[partner])} open matches, with room for {most}"


def bodies(observed: Observations, public: EventLog) -> Problems:
    """Each event has one body, and each saved event was published as it was saved."""
    yield from public.contradictions
    published = {json.loads(body)["id"]: body for body in observed.published}
    decisions = [item[name] for item in observed.notifications for name in item if name.startswith("told#")]
    told = [saved for decision in decisions for saved in decision["publications"]]
    decided = [decision["publication"] for decision in observed.decisions]
    matched = [request["saved"] for request in observed.requests.values() if "saved" in request]
    for saved in told + decided + matched:
        event = json.loads(saved["body"])["id"]
        if published.get(event) != saved["body"]:
            yield f"{event} was saved, but not so published"


def notifications(observed: Observations, public: EventLog) -> Problems:
    """A text for every `notification.sent`. One more only where a sending may not have been saved: by a fault that this
    request met, or in a batch that was lost, and once the sender's lease was over. Of those that no fault explains no more
    than the lost batches had records."""
    answered, unexplained = answers(observed), 0
    for request in public.requests.values():
        sent, texts = len(request.of("notification.sent")), len(observed.texts[request.id])
        faults = observed.unsaved[request.id] + observed.unsaved[observed.phones[request.id]]
        unsaved = min(faults + observed.lost.batches, leases_over(request, answered))
        unexplained += max(0, texts - sent - faults)
        if not request.is_notified:
            yield f"{request.id} was not told its decision"
        if not sent <= texts <= sent + unsaved:
            yield f"{request.id}: {texts} texts, {sent} said to be sent, {unsaved} perhaps not saved"
    if unexplained > (held := observed.lost.batches * observed.lost.size):
        yield f"{unexplained} texts sent again, lost batches had {held} records"


def statistics(observed: Observations, public: EventLog) -> Problems:
    """Statistics counted each event once."""
    counted = Counter(event for history in observed.counted.values() for event in history)
    published = Counter({json.loads(body)["id"] for body in observed.published})
    if counted != published:
        yield f"counted without being published, or twice: {counted - published}; not counted: {published - counted}"


def quarantine(observed: Observations, public: EventLog) -> Problems:
    """The bad records are in quarantine, each once, and nothing is left anywhere else."""
    quarantined = Counter(event["data"]["messageId"] for event in observed.quarantined)
    if quarantined != Counter(observed.bad):
        yield f"quarantined {quarantined}, expected {observed.bad}"
    if observed.left:
        yield f"left on queues: {observed.left}"


CHECKS: list[Callable[[Observations, EventLog], Problems]] = [
    final_states,
    charges,
    accounts,
    capacity,
    bodies,
    notifications,
    statistics,
    quarantine,
]


def live_matches(observed: Observations) -> Iterator[str]:
    """Those of closed requests among them."""
    for request, item in observed.requests.items():
        if item["state"] in LIVE:
            yield match_id(request, item["attempt"])
