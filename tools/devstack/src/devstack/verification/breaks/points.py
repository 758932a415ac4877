"""The guards of points: decisions on accounts, and what is published of them."""

from devstack.verification.breaks.guard import ALWAYS, NEVER, UNCHECKED, Break, Edit

# A charge that was decided is not found; a purchase is.
NOT_FOUND = Edit(r"(if let Some\((\w+)\) = .+) \{", r"\1.filter(|\2| \2.balance_change() > 0) {")

POINTS = [
    Break(
        "balance-covers-fee",
        "drop the condition on the balance",
        Edit(r"= ([\w.]+)\.checked_sub\((.+)\) else", r"= Some(\1.saturating_sub(\2)) else"),
    ),
    Break("charge-is-saved-first", "publish a charge that was not saved", UNCHECKED),
    Break(
        "repeat-is-found",
        "recompute a saved event: decide a repeated charge anew",
        NOT_FOUND,
    ),
    Break("charge-is-published-again", "already charged, nothing to publish", Edit(r"vec!\[.+\]", "Vec::new()")),
    Break("group-counts-its-charges", "decide a group's charges all by the same balance", Edit(r"apply\(", "insert_decision(")),
    Break(
        "what-fails-together-comes-back",
        "take charges for done whose transaction failed",
        Edit(r"vec!\[Err\(\w+\((\w+)\)\)\]", r"{ drop(\1); vec![Ok(Vec::new())] }"),
    ),
    Break(
        "what-fails-alone-comes-back",
        "take a charge for done that failed where the others were saved",
        Edit(r"=> Err\(\w+\((\w+)\)\)", r"=> { drop(\1); Ok(Vec::new()) }"),
    ),
    Break(
        "stored-replaces-remembered",
        "decide again by an account that is stored otherwise",
        Edit(r"(\w+)\.update\((\w+)\)", r"drop(\2)"),
        package="points",
    ),
    Break("limit-counts-for-new-orders", "fail a repeat for want of room", NEVER, package="points"),
    Break(
        "nothing-is-decided-behind-an-error", "save what is behind an order that fails", Edit("break", "continue"), package="points"
    ),
    Break(
        "repeat-is-found",
        "decide a repeat within a message group anew",
        NOT_FOUND,
        package="points",
    ),
    Break("order-says-the-same", "take another purchase under a known key for a repeat", ALWAYS),
]
