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
//! - A record on its last try is published once more, alone: a call may fail as a whole for one event of many, and a topic
//!   may hold an event back behind another. The groups do this concurrently, each in its order, so that one that hangs
//!   holds up no other. If it fails, too, the record is set aside, and what follows it is done.
//! - Nothing is published for a record that failed or was held back: it has no outcome, so it has no events. What was
//!   handled before it in its group is published and acknowledged.
//!
//! A topic that does not answer in time counts as one that published nothing: all records with events are delivered again.

use std::cell::Cell;
use std::time::SystemTime;

use futures_util::{StreamExt, stream};

use crate::clock::timeout_at;
use crate::error::error_with_sources;
use crate::group::{Group, RecordStatus, TrackedRecord};
use crate::log_record::log_record;
use crate::panics::catch_panic;
use crate::{BoxError, Clock, Topic};

/// Publishes the events of all groups, fails the records of which an event was not published, and returns the number of
/// published events.
pub(crate) async fn publish_events<T: Topic>(
    topic: &T,
    clock: &impl Clock,
    end: SystemTime,
    concurrency: usize,
    groups: &mut [Group<'_, T::Event>],
) -> usize {
    let records = groups.iter().flat_map(|group| &group.records);
    let events: Vec<_> = records.flat_map(TrackedRecord::events).collect();
    let mut results = publish(topic, clock, end, &events).await.into_iter();
    let published = Cell::new(0);
    let groups = groups.iter_mut().map(|group| {
        let events = group.records.iter().map(|tracked| tracked.events().len()).sum();
        (group, results.by_ref().take(events).collect::<Vec<_>>())
    });
    let settle_group = async |(group, results): (&mut Group<'_, T::Event>, Vec<Result<(), BoxError>>)| {
        let mut results = results.into_iter();
        for tracked in &mut group.records {
            let mut own_results: Vec<_> = results.by_ref().take(tracked.events().len()).collect();
            if tracked.last_try && own_results.iter().any(Result::is_err) {
                let own_events: Vec<_> = tracked.events().iter().collect();
                own_results = publish(topic, clock, end, &own_events).await;
            }
            let ok = own_results.iter().filter(|result| result.is_ok()).count();
            published.update(|published| published + ok);
            if let Some(error) = own_results.into_iter().filter_map(Result::err).last() {
                fail(tracked, &error_with_sources(&*error));
            }
        }
    };
    stream::iter(groups)
        .for_each_concurrent(concurrency, settle_group)
        .await;
    published.get()
}

/// Publishes events; returns exactly one result for each.
async fn publish<T: Topic>(
    topic: &T,
    clock: &impl Clock,
    end: SystemTime,
    events: &[&T::Event],
) -> Vec<Result<(), BoxError>> {
    if events.is_empty() {
        return Vec::new();
    }
    let call = catch_panic(async { topic.publish(events).await });
    let (mut results, missing) = match timeout_at(clock, end, call).await {
        Some(Ok(results)) => (results, "the topic gave no result for the event"),
        Some(Err(_)) => (Vec::new(), "publishing panicked"),
        None => (Vec::new(), "the deadline came before the topic's answer"),
    };
    results.resize_with(events.len(), || Err(missing.into()));
    results
}

/// Fails a record of which an event was not published.
fn fail<E>(tracked: &mut TrackedRecord<'_, E>, cause: &str) {
    tracked.status = RecordStatus::Failed;
    if tracked.last_try {
        tracked.note_failure(format!("an event was not published: {cause}"));
        return;
    }
    log_record!(
        error,
        tracked,
        error = cause,
        "record handled, but an event of it was not published; it is delivered again after a delay"
    );
}
