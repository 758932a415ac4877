"""The guards of notification: one message for one status update."""

from devstack.verification.breaks.guard import ALWAYS, NEVER, Break, Edit

NOTIFICATION = [
    Break("lease-is-exclusive", "send although another process may be sending", Edit(r"\((\w+)\) => return .+,", r"(\1) => \1,")),
    Break("sent-message-keeps-its-lease", "release the lease when a message may have been sent", NEVER),
    Break("no-repeat-of-what-may-be-sent", "send a message again whose answer was lost", ALWAYS, package="notification"),
    Break(
        "told-match-is-remembered",
        "forget that the customer was told of a match",
        Edit("!= last_told", "!= None"),
        package="notification",
    ),
    Break("text-follows-a-refused-push", "send no text message after a refused push", Edit(r"(.+;)", r"\1 break;")),
]
