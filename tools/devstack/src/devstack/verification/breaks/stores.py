"""The conditions under which the DynamoDB adapters write, and what else they must not take for granted.

In the simulation the fakes of the tables hold these, so that the adapters' own tests have to notice.
"""

from devstack.verification.breaks.guard import NEVER, PUT_OVER, Break, Edit

UNDER_ANY_LEASE = Edit(r"\.under\(\w+\)", r'\g<0>.condition_expression("attempt = :attempt OR leaseUntil = :until")')

STORES = [
    Break(
        "request-is-unchanged",
        "store: move a request on that was moved meanwhile",
        Edit("#state = :state", "(#state = :state OR attribute_exists(pk))"),
        package="matching",
    ),
    Break("request-is-new", "store: put a new request over one that is there", PUT_OVER, package="matching"),
    Break(
        "registration-is-unchanged",
        "store: claim a partner that was registered anew meanwhile",
        Edit("#version = :version", "#version >= :version"),
        package="matching",
    ),
    Break("balance-still-covers-fee", "store: claim a partner whose balance sank meanwhile", NEVER, package="matching"),
    Break(
        "confirmed-match-is-pending",
        "store: confirm a match that was closed, or confirmed, meanwhile",
        Edit("#state = :state", "attribute_exists(#state)"),
        package="matching",
    ),
    Break(
        "confirmed-match-is-pending",
        "store: confirm a match of an earlier attempt",
        Edit("#attempt = :attempt", "#attempt >= :attempt"),
        package="matching",
    ),
    Break(
        "confirmed-match-is-pending",
        "store: confirm another partner's match",
        Edit("#partner = :partner", "attribute_exists(#partner)"),
        package="matching",
    ),
    Break("capacity-is-free", "store: claim beyond the capacity", Edit("#openMatches <", "#openMatches <="), package="matching"),
    Break(
        "partner-is-new",
        "store: register a partner for the first time over a registration",
        Edit("None => .+,", 'None => "attribute_not_exists(expiresAt)",'),
        package="matching",
    ),
    Break("unread-is-not-absent", "store: take partners left out of an answer for unknown", NEVER, package="matching"),
    Break("decision-is-new", "store: decide what is decided", PUT_OVER, package="points"),
    Break("account-is-new", "store: open an account that is open", PUT_OVER, package="points"),
    Break(
        "account-is-unchanged",
        "store: write an account whose sequence went on",
        Edit("#sequence = :before", "#sequence >= :before"),
        package="points",
    ),
    Break(
        "account-is-absent",
        "store: refuse for an unknown account that was opened meanwhile",
        Edit(r"\);", r').condition_expression("attribute_not_exists(nothing)");'),
        package="points",
    ),
    Break("unread-is-not-absent", "store: take keys left unread for absent items", NEVER, package="points"),
    Break(
        "lease-is-free",
        "store: lease a request that another process has leased",
        Edit("leaseUntil <= :now", "leaseUntil <> :now"),
        package="notification",
    ),
    Break(
        "lease-is-free",
        "store: lease an attempt that has an outcome",
        Edit(r"attribute_not_exists\(#told\)", "(attribute_not_exists(#told) OR attribute_exists(#told))"),
        package="notification",
    ),
    Break(
        "lease-is-free",
        "store: lease an attempt that was superseded",
        Edit("attempt <= :attempt", "attribute_exists(attempt)"),
        package="notification",
    ),
    Break(
        "lease-is-held-to-save",
        "store: save under a lost lease",
        UNDER_ANY_LEASE,
        package="notification",
    ),
    Break(
        "lease-is-held-to-release",
        "store: release another process's lease",
        UNDER_ANY_LEASE,
        package="notification",
    ),
    Break("event-is-new", "store: count an event that is stored", PUT_OVER, package="statistics"),
    Break("place-is-free", "store: put increments over others", PUT_OVER, package="statistics"),
    Break("since-is-saved-once", "store: let two processes disagree on which events have numbers", PUT_OVER, package="statistics"),
    Break(
        "increments-are-folded-once",
        "store: let two folds at once add the same increments",
        Edit("version = :version", "version <= :version"),
        package="statistics",
    ),
    Break("number-is-free", "store: count under a number that is taken", PUT_OVER, package="statistics"),
]
