"""How a load has to end."""

from devstack.clients.accounts import audit
from devstack.clients.stack import Stack
from devstack.clients.submissions import FEE
from devstack.load.watch import Watch
from devstack.load.workload import NOWHERE, POINTS
from devstack.wiring import consumed


def problems(stack: Stack, watch: Watch) -> list[str]:
    """What contradicts: every request has its answer by the rules, each charge is in the ledger once, nothing was set aside."""
    return [*unanswered(watch), *ledger(stack, watch), *watch.log.contradictions, *left(stack)]


def unanswered(watch: Watch) -> list[str]:
    found = [] if watch.ended else ["the time was up before all was done"]
    for request in watch.log.requests.values():
        expected = "Unmatched  no_partner" if watch.workload.where[request.id] == NOWHERE else "Confirmed"
        if request.state != expected:
            found.append(f"{request.id} is {request.state}, expected {expected}")
        if len(request.of("notification.sent")) != 1:
            found.append(f"{request.id}: its customer was told {len(request.of('notification.sent'))} times")
    return found


def ledger(stack: Stack, watch: Watch) -> list[str]:
    """The accounts as the events tell them, and as the table has them."""
    accounts = audit(watch.log.accounts)
    charges = accounts.decisions["points.deducted"]
    matched = sum(where != NOWHERE for where in watch.workload.where.values())
    stored = {item["pk"]: item["balance"] for item in stack.items("Ledger") if "balance" in item and item["sk"] == "account"}
    missing = watch.workload.partners * POINTS - sum(stored.values()) - charges * FEE
    wrong = [f"{charges} charges for {matched} matches"] if charges != matched else []
    return accounts.errors + wrong + ([f"the balances lack {missing} points"] if missing else [])


def left(stack: Stack) -> list[str]:
    return [f"{count} messages are on {queue}" for queue, count in stack.backlog().items() if queue not in consumed()]
