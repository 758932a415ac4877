"""The capacity units of the functions' writes, and what a request is made of."""

from devstack.counting import measured

EVENTS = 3  # of a request on the topic: matched, charged, told
CONFIRMATION = 1.0  # a small update
ACCOUNT = 2.0  # write units of a transaction on the partner's account
INDEXED = 1.0  # of a charge in the ledger's index, which has a throughput of its own


def units() -> dict[str, float]:
    """Write units of each piece of work, as `make count` measured them for a request."""
    counted = {function: each["write"] for function, each in measured.units(10).items()}
    return {
        "decision": counted["matching"] - CONFIRMATION,
        "confirmation": CONFIRMATION,
        "charge": counted["points"],
        "told": counted["notification"],
        "event": counted["statistics"] / EVENTS,
    }


UNITS = units()
