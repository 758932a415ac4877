//! The rules for batch requests that both services share.

use std::collections::BTreeSet;

/// The most entries of a batch request (SQS API Reference, "`ChangeMessageVisibilityBatch`"; SNS API Reference, "`PublishBatch`").
const MAX_ENTRIES: usize = 10;

/// The error code of an entry that failed through no mistake of the sender.
pub(super) const INTERNAL_ERROR: &str = "InternalError";

/// Refuses a batch request as a whole if it has too many entries, none, or two with the same id.
pub(super) fn check<'i>(ids: impl Iterator<Item = &'i str>) -> Result<(), &'static str> {
    let ids: Vec<_> = ids.collect();
    match ids.len() {
        0 => Err("EmptyBatchRequest"),
        count if count > MAX_ENTRIES => Err("TooManyEntriesInBatchRequest"),
        count if ids.into_iter().collect::<BTreeSet<_>>().len() < count => Err("BatchEntryIdsNotDistinct"),
        _ => Ok(()),
    }
}
