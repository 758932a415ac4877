//! What batch requests of both services have in common.

use std::collections::BTreeSet;

/// The most entries of a batch (SQS API Reference, "`ChangeMessageVisibilityBatch`"; SNS API Reference, "`PublishBatch`").
const ENTRIES: usize = 10;

/// The code of an entry that failed through no fault of the sender.
pub(super) const INTERNAL_ERROR: &str = "InternalError";

/// Refuses a batch as a whole whose entries are too many, too few or not told apart.
pub(super) fn check<'i>(ids: impl Iterator<Item = &'i str>) -> Result<(), &'static str> {
    let ids: Vec<_> = ids.collect();
    match ids.len() {
        0 => Err("EmptyBatchRequest"),
        count if count > ENTRIES => Err("TooManyEntriesInBatchRequest"),
        count if ids.into_iter().collect::<BTreeSet<_>>().len() < count => {
            Err("BatchEntryIdsNotDistinct")
        }
        _ => Ok(()),
    }
}
