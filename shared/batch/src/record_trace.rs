//! One event of `tracing` for each record of a batch.

use std::time::{SystemTime, UNIX_EPOCH};

use tracing::{Level, enabled, trace};

use crate::group::Group;

/// The target of the events that [`process`](crate::process()) emits at the end of a batch, at `TRACE`: one for each record, with what became
/// of it and from when to when, for a subscriber that makes traces. Nothing else has this target.
pub const RECORD_TARGET: &str = module_path!();

/// Emits the events. Times are in seconds since 1970: of the whole batch, since no record is done before its events are published.
pub(crate) fn trace_records<E>(groups: &[Group<'_, E>], started: SystemTime, ended: SystemTime) {
    // Without a subscriber that asks for them this is all: a record's correlation, which has to be parsed, is not read.
    if !enabled!(Level::TRACE) {
        return;
    }
    let (started, ended) = (seconds(started), seconds(ended));
    for tracked in groups.iter().flat_map(|group| &group.records) {
        let correlation = tracked.correlation();
        trace!(
            message_id = tracked.record.message_id,
            message_type = correlation.message_type.as_deref(),
            queue = tracked.record.queue_name(),
            receive_count = tracked.record.receive_count,
            correlationId = correlation.correlation_id.as_deref(),
            traceparent = correlation.traceparent.as_deref(),
            status = tracked.status.name(),
            started,
            ended,
        );
    }
}

fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
