"""The guards of matching: decisions about requests, and what they are made by."""

from devstack.verification.breaks.guard import ALWAYS, NEVER, UNCHECKED, Break, Edit

MATCHING = [
    Break("transition-is-saved-first", "publish before saving", UNCHECKED),
    Break("repeat-is-published-again", "already done, nothing to publish", Edit(r"Done\(.+\)\)", "Done(None))")),
    Break(
        "released-match-frees-capacity",
        "keep the capacity of a match that fell through",
        Edit(r"[\w.]+ = Some\((\w+)\);", r"let _ = \1;"),
    ),
    Break(
        "capacity-is-freed-once",
        "free the capacity again when a closed match is closed",
        Edit(r"State::Confirmed\((\w+)\)", r"State::Confirmed(\1) | State::Closed(\1)"),
    ),
    Break(
        "early-close-is-kept",
        "forget a close that comes before the charge",
        Edit(r"(\w+)::\w+\(.+\)\)", r"\1::Done(None))"),
    ),
    Break("request-says-the-same", "take other data under a known request's key for a repeat", ALWAYS),
    Break(
        "conflict-is-no-success",
        "take a write conflict for a success",
        Edit(
            r"Err\((\w+)::Store\((\w+)\)\)",
            r"Err(\1::Store(\2)) if matches!(\2.error, aws::WriteError::Conflict(_)) && \2.contended.is_empty() => Ok(Ok(None)), \g<0>",
        ),
    ),
    Break(
        "all-candidates-are-tried",
        "say that no partner has capacity after trying two",
        Edit(r"filter\(\|\w+\| .+?\)\)", "filter(|_| false)"),
    ),
    Break(
        "look-began-after-the-decision",
        "say that no partner has capacity because none had before",
        Edit("look > decision", "look >= Began(0)"),
        package="matching",
    ),
    Break(
        "remembered-rows-only-match",
        "say that no partner has capacity because none had some seconds ago",
        Edit(r"= (.+);", r"= \1; if found.is_none() { return Ok(Some(Offer::NoneAvailable)); }"),
        package="matching",
    ),
    Break(
        "remembered-for-seconds",
        "remember candidates and partners for ever",
        Edit("LIFETIME", "SignedDuration::MAX"),
        package="matching",
    ),
    Break(
        "after-a-conflict-all-is-read",
        "act on what is likely again after a conflict has shown that it is not so",
        Edit("> 1", "> 9"),
        package="matching",
    ),
    Break("candidate-still-serves", "match with a listed partner that does not serve the request any more", Edit(r".+", "")),
    Break("newest-balance-stays", "let an older balance replace a newer one", NEVER),
    Break("all-attempts-are-made", "give up one attempt early", Edit(r"if (.+) >=", r"if \1 + 1 >=")),
]
