"""The guards of statistics: each event counts once."""

from devstack.verification.breaks.guard import NEVER, Break, Edit

STATISTICS = [
    Break(
        "only-repeats-are-taken-out",
        "take new events for counted, too, where one of a batch was",
        Edit(r"events\.retain\(.+\);", "events.clear();"),
    ),
    Break(
        "rows-are-folded-once",
        "begin a fold anew that ended halfway",
        Edit(r"= self\.under_way.+;", "= None::<&RowName>;"),
        package="statistics",
    ),
    Break("numbered-event-is-counted-once", "count a repeated event with a number again", NEVER, package="statistics"),
]
