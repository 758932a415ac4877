//! Publishing the events of a batch.
//!
//! All events go out in one call at the end. A record is done only when its events are published:
//!
//! - A record of which an event was not published is reported failed. It is delivered again, its handler (idempotent, and
//!   remembering its decision) returns the same events, and they are published then.
//! - In an ordered group all that follow it are reported failed, too. They have been handled, and their events may have
//!   been published in this same call: they are delivered again and publish the same events once more, which a receiver
//!   has to expect anyway. Acknowledging them instead would let the next batch go on while an earlier event is still
//!   missing. That they were handled does no harm: the record before them was handled as well, only its publishing failed.
//! - Nothing is published for a record that failed or was held back: it has no outcome, so it has no events. What was
//!   handled before it in its group is published and acknowledged.
//!
//! A topic that does not answer in time counts as one that published nothing: all records with events are delivered again.

use std::time::SystemTime;

use tracing::error;

use crate::clock::timeout_at;
use crate::error::error_with_sources;
use crate::group::{Group, TrackedRecord};
use crate::panics::catch_panic;
use crate::{BoxError, Clock, Topic};

/// Publishes the events of all groups, fails the records of which an event was not published, and returns the number of
/// published events.
pub(crate) async fn publish_events<T: Topic>(
    topic: &T,
    clock: &impl Clock,
    end: SystemTime,
    groups: &mut [Group<'_, T::Event>],
) -> usize {
    let records = groups.iter().flat_map(|group| &group.records);
    let events: Vec<_> = records.flat_map(TrackedRecord::events).collect();
    if events.is_empty() {
        return 0;
    }
    let results = publish(topic, clock, end, &events).await;
    let published = results.iter().filter(|result| result.is_ok()).count();
    let mut results = results.into_iter();
    for group in groups {
        for index in unpublished(group, &mut results) {
            group.fail(index);
        }
    }
    published
}

/// Publishes events; returns exactly one result for each.
async fn publish<T: Topic>(
    topic: &T,
    clock: &impl Clock,
    end: SystemTime,
    events: &[&T::Event],
) -> Vec<Result<(), BoxError>> {
    let call = catch_panic(async { topic.publish(events).await });
    let (mut results, missing) = match timeout_at(clock, end, call).await {
        Some(Ok(results)) => (results, "the topic gave no result for the event"),
        Some(Err(_)) => (Vec::new(), "publishing panicked"),
        None => (Vec::new(), "the deadline came before the topic's answer"),
    };
    results.resize_with(events.len(), || Err(missing.into()));
    results
}

/// The indexes of the records of which an event was not published. `results` are those of all events, in order.
fn unpublished<E>(group: &Group<'_, E>, results: &mut impl Iterator<Item = Result<(), BoxError>>) -> Vec<usize> {
    let mut indexes = Vec::new();
    for (index, tracked) in group.records.iter().enumerate() {
        // Takes all of the record's results, whichever failed: the next ones are the next record's.
        let own_results = results.take(tracked.events().len());
        if let Some(error) = own_results.filter_map(Result::err).last() {
            error!(
                message_id = tracked.record.message_id,
                queue = tracked.record.queue_name(),
                receive_count = tracked.record.receive_count,
                error = error_with_sources(&*error),
                "record handled, but an event of it was not published; it is delivered again after a delay"
            );
            indexes.push(index);
        }
    }
    indexes
}
