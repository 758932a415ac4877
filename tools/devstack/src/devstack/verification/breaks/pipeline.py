"""The guards of the pipeline."""

from devstack.verification.breaks.guard import ALWAYS, NEVER, UNCHECKED, Break, Edit

PIPELINE = [
    Break(
        "balance-covers-fee",
        "drop the condition on the balance",
        Edit(r"= ([\w.]+)\.checked_sub\((.+)\) else", r"= Some(\1.saturating_sub(\2)) else"),
    ),
    Break("transition-is-saved-first", "publish before saving", UNCHECKED),
    Break("charge-is-saved-first", "publish a charge that was not saved", UNCHECKED),
    Break("followers-are-held-back", "forget a held-back record", ALWAYS),
    Break("nothing-after-a-failure", "handle what follows a failure", NEVER, package="batch"),
    Break(
        "repeat-is-found",
        "recompute a saved event: decide a repeated charge anew",
        Edit(r"(if let Some\((\w+)\) = .+) \{", r"\1.filter(|\2| \2.balance_change() > 0) {"),
    ),
    Break("repeat-is-published-again", "already done, nothing to publish", Edit(r"Done\(.+\)\)", "Done(None))")),
    Break("charge-is-published-again", "already charged, nothing to publish", Edit(r"vec!\[.+\]", "Vec::new()")),
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
        "each-entry-is-published",
        "take a PublishBatch that succeeded for one whose entries did",
        Edit(r"(let .+ vec!\[.+; (\w+)\];)", r"return vec![Ok(()); \2]; #[allow(unreachable_code)] \1"),
    ),
    Break(
        "failed-quarantine-fails-the-record",
        "acknowledge what could not be quarantined",
        Edit(r"error!\(", "tracked.status = RecordStatus::Quarantined; error!("),
    ),
    Break(
        "last-receive-but-one",
        "set aside on the very last receive",
        Edit(r"\.saturating_sub\(1\)", ".saturating_sub(0)"),
        package="batch",
    ),
    Break(
        "last-tries-are-handed-over-alone",
        "hand over several records of a message group on their last tries in one call",
        Edit(r"\|\w+\| !\(.+?\)", "|_| true"),
        package="batch",
    ),
    Break("failed-together-is-tried-alone", "set aside what failed for another record's sake", NEVER, package="batch"),
    Break(
        "last-tries-come-first",
        "try records on their last receives when others may have used up the time",
        Edit(r"\|\w+\| .+\(\)", "|_| false"),
        package="batch",
    ),
    Break(
        "others-have-no-limit",
        "give every record no more than its share of the time",
        Edit(r"\w+\.\w+\(\)\.then_some\((\w+)\)", r"Some(\1)"),
        package="batch",
    ),
    Break(
        "failed-set-aside-fails-the-record",
        "acknowledge what could not be set aside",
        Edit(r"error!\(", "tracked.status = RecordStatus::SetAside; error!("),
    ),
    Break(
        "untried-is-not-set-aside",
        "set aside what was held back on its last try",
        Edit(" else", r'.or_else(|| tracked.last_try.then(|| "not tried".to_owned()))\g<0>'),
    ),
    Break("the-cause-is-on-the-dead-letter", "set aside without saying what failed", NEVER),
    Break("deadline-ends-the-wait", "wait for an answer beyond the deadline", Edit(r"sleep\((\w+)\)", r"sleep(\1 * 20)")),
    Break("lease-is-exclusive", "send although another process may be sending", Edit(r"\((\w+)\) => return .+,", r"(\1) => \1,")),
    Break("sent-message-keeps-its-lease", "release the lease when a message may have been sent", NEVER),
    Break("no-repeat-of-what-may-be-sent", "send a message again whose answer was lost", ALWAYS, package="notification"),
    Break("sends-use-no-idle-connection", "send over a connection that was idle", Edit(r"client\(0\)", "client(9)"), package="notification"),
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
    Break("candidate-still-serves", "match with a listed partner that does not serve the request any more", Edit(r".+", "")),
    Break("newest-balance-stays", "let an older balance replace a newer one", NEVER),
    Break("all-attempts-are-made", "give up one attempt early", Edit(r"if (.+) >=", r"if \1 + 1 >=")),
    Break("no-charge-after-a-failure", "charge what is behind a failure", NEVER),
    Break("order-says-the-same", "take another purchase under a known key for a repeat", ALWAYS),
    Break(
        "told-match-is-remembered",
        "forget that the customer was told of a match",
        Edit("!= last_told", "!= None"),
        package="notification",
    ),
    Break("text-follows-a-refused-push", "send no text message after a refused push", Edit(r"(.+;)", r"\1 break;")),
]
