"""What must hold of a burst, whatever was killed or failed meanwhile: each line of the answer is something wrong.

It knows the contract and what is to be seen from outside, and shares nothing with the functions.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator

from devstack.demo.books import audit
from devstack.demo.journal import Journal
from evidence import Evidence
from leases import answers, leases_over
from market import NAMESPACE

Problems = Iterator[str]
LIVE, ENDED = {"confirmed", "closed"}, {"unmatched", "withdrawn"}


def problems(evidence: Evidence) -> list[str]:
    public = Journal(list(evidence.phones), set())
    for body in evidence.published:
        public.see(body, 0)
    return [problem for check in CHECKS for problem in check(evidence, public)]


def rest(evidence: Evidence, public: Journal) -> Problems:
    """Each request is in exactly one end state, and published as what it is stored as."""
    for request in public.requests.values():
        item = evidence.requests.get(request.id)
        state = item["state"] if item else "not stored"
        unmatched, charged = len(request.of("request.unmatched")), len(request.of("points.deducted"))
        if state not in LIVE | ENDED:
            yield f"{request.id} is {state}"
        elif (unmatched, charged) != ((0, 1) if state in LIVE else (1, 0)):
            yield f"{request.id} is {state}, but was published {charged} times as charged, {unmatched} times as unmatched"
        elif (state == "closed") != (request.id in evidence.closed):
            yield f"{request.id} is {state}, {'though' if request.id in evidence.closed else 'but not'} reported closed"


def charges(evidence: Evidence, public: Journal) -> Problems:
    """Each live or closed match was charged once, and nothing else ever: in the ledger as in public."""
    live = Counter(live_matches(evidence))
    moved = (decision["pk"].split("#") for decision in evidence.decisions if "transfer" in decision)
    stored = Counter(key for kind, key in moved if kind == "match")
    told = Counter(seen.data["matchId"] for seen in public.accounts if seen.type == "points.deducted")
    for where, charged in (("ledger", stored), ("public", told)):
        for match in sorted(live.keys() | charged.keys()):
            if live[match] != charged[match]:
                yield f"{match}: {live[match]} live matches, {charged[match]} charges ({where})"


def accounts(evidence: Evidence, public: Journal) -> Problems:
    """Sequences have no gaps, each balance follows from the one before and is never negative; public equals stored."""
    yield from audit(public.accounts).errors
    told = {(seen.data["partnerId"], seen.data["sequence"], seen.data["balance"]) for seen in public.accounts}
    stored = set()
    for partner, entries in evidence.entries.items():
        balance = 0
        for place, entry in enumerate(entries, start=1):
            balance += entry["change"]
            if (entry["sequence"], entry["balance"]) != (place, balance) or balance < 0:
                yield f"{partner}: entry {place} says {entry['balance']} at {entry['sequence']}, {balance} expected"
            stored.add((partner, entry["sequence"], entry["balance"]))
        if (last := evidence.accounts[partner])["balance"] != balance or last["sequence"] != len(entries):
            yield f"{partner}: the account says {last['balance']} at {last['sequence']}"
    if differing := {entry for entry in told if entry[1] > 0} ^ stored:
        yield f"published and stored entries differ: {sorted(differing)}"


def capacity(evidence: Evidence, public: Journal) -> Problems:
    """Each partner's open matches are its live ones, and never more than it takes."""
    live = Counter(item["partner"] for item in evidence.requests.values() if item["state"] == "confirmed")
    for partner, most in evidence.capacities.items():
        shown = evidence.partners[partner]["openMatches"]
        if shown != live[partner]:
            yield f"{partner} shows {shown} open matches and has {live[partner]}"
        if max(live[partner], evidence.fullest[partner]) > most:
            yield f"{partner} had {max(live[partner], evidence.fullest[partner])} open matches, with room for {most}"


def bodies(evidence: Evidence, public: Journal) -> Problems:
    """Each event has one body, and whatever was saved to be published was published as it was saved."""
    yield from public.contradictions
    published = {json.loads(body)["id"]: body for body in evidence.published}
    news = [story[name] for story in evidence.stories for name in story if name.startswith("told#")]
    told = [saved for one in news for saved in one["publications"]]
    decided = [decision["publication"] for decision in evidence.decisions]
    matched = [request["saved"] for request in evidence.requests.values() if "saved" in request]
    for saved in told + decided + matched:
        if published.get(saved["id"]) != saved["body"]:
            yield f"{saved['id']} was saved, but not so published"


def telling(evidence: Evidence, public: Journal) -> Problems:
    """A text for all that is said to be sent. One more only where one may have been in vain: by a fault that this request
    met, or in a batch that was lost, and once the sender's lease was over. Of those that no fault explains no more than the
    lost batches had records."""
    answered, unexplained = answers(evidence), 0
    for request in public.requests.values():
        sent, texts = len(request.of("notification.sent")), len(evidence.texts[request.id])
        faults = evidence.in_vain[request.id] + evidence.in_vain[evidence.phones[request.id]]
        in_vain = min(faults + evidence.lost.batches, leases_over(request, answered))
        unexplained += max(0, texts - sent - faults)
        if not request.told:
            yield f"{request.id} was not told its end"
        if not sent <= texts <= sent + in_vain:
            yield f"{request.id}: {texts} texts, {sent} said to be sent, {in_vain} perhaps in vain"
    if unexplained > (held := evidence.lost.batches * evidence.lost.size):
        yield f"{unexplained} texts sent again, lost batches had {held} records"


def counting(evidence: Evidence, public: Journal) -> Problems:
    """Statistics counted each event once."""
    counted = Counter(event for story in evidence.counted.values() for event in story)
    published = Counter({json.loads(body)["id"] for body in evidence.published})
    if counted != published:
        yield f"counted in vain or twice: {counted - published}; not counted: {published - counted}"


def set_aside(evidence: Evidence, public: Journal) -> Problems:
    """The bad records are in quarantine, each once, and nothing is left anywhere else."""
    quarantined = Counter(event["data"]["messageId"] for event in evidence.quarantined)
    if quarantined != Counter(evidence.bad):
        yield f"quarantined {quarantined}, expected {evidence.bad}"
    if evidence.left:
        yield f"left on queues: {evidence.left}"


CHECKS: list[Callable[[Evidence, Journal], Problems]] = [
    rest,
    charges,
    accounts,
    capacity,
    bodies,
    telling,
    counting,
    set_aside,
]


def live_matches(evidence: Evidence) -> Iterator[str]:
    """The closed ones among them."""
    for request, item in evidence.requests.items():
        if item["state"] in LIVE:
            yield str(uuid.uuid5(NAMESPACE, f"match/{request}/{item['attempt']}"))
