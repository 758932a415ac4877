"""The guards of what every function is built on: the batch, and its adapters to AWS."""

from devstack.verification.breaks.guard import ALWAYS, NEVER, Break, Edit


def taken_for(status: str) -> Edit:
    """Where an error is logged, the record has this status all the same."""
    return Edit(r"log_record!\(", f"tracked.status = RecordStatus::{status}; log_record!(")


BATCH = [
    Break("followers-are-held-back", "forget a held-back record", ALWAYS),
    Break("nothing-after-a-failure", "handle what follows a failure", NEVER, package="batch"),
    Break(
        "each-entry-is-published",
        "take a PublishBatch that succeeded for one whose entries did",
        Edit(r"(let .+ vec!\[.+; (\w+)\];)", r"return vec![Ok(()); \2]; #[allow(unreachable_code)] \1"),
    ),
    Break(
        "failed-quarantine-fails-the-record",
        "acknowledge what could not be quarantined",
        taken_for("Quarantined(rejection.reason)"),
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
        taken_for("SetAside"),
    ),
    Break(
        "untried-is-not-set-aside",
        "set aside what was held back on its last try",
        Edit(" else", r'.or_else(|| tracked.last_try.then(|| "not tried".to_owned()))\g<0>'),
        package="batch",
    ),
    Break("the-cause-is-on-the-dead-letter", "set aside without saying what failed", NEVER),
    Break("deadline-ends-the-wait", "wait for an answer beyond the deadline", Edit(r"sleep\((\w+)\)", r"sleep(\1 * 20)")),
    Break(
        "sends-use-no-idle-connection",
        "send over a connection that was idle",
        Edit(r"client\(0\)", "client(9)"),
        package="notification",
    ),
    Break("nothing-in-order-after-a-failure", "charge what is behind a failure", NEVER),
]
