//! Publishing what a batch let happen.
//!
//! All events go out in one call at the end. A record is done only when its events are out:
//!
//! - A record whose event was not taken is reported failed. It comes back, its handler (idempotent, and remembering what it
//!   decided) returns the same events, and they are published then.
//! - In an ordered group whatever follows it is reported failed too. Those records have been handled, and their events may
//!   have been taken in this same call: they come back and publish the same events once more, which a receiver has to
//!   expect anyway. That they were handled does no harm, as the record before them was handled as well: only its
//!   publishing failed, so state and order of handling are as they should be. Acknowledging them instead would let the
//!   next batch go on while an earlier event is still to come.
//! - The other way round nothing is published for a record that failed or was held back: it has no outcome, so it has no
//!   events. What was handled before it in its group is published and acknowledged.
//!
//! A topic that doesn't answer in time has taken nothing, as far as anyone knows: all that had events come back.

use std::time::SystemTime;

use tracing::error;

use crate::clock::within;
use crate::error::chain;
use crate::group::{Group, Member};
use crate::panics::guard;
use crate::{BoxError, Clock, Topic};

/// Publishes the events of all groups, fails the records whose events were not taken, and says how many were.
pub(crate) async fn publish<T: Topic>(
    topic: &T,
    clock: &impl Clock,
    until: SystemTime,
    groups: &mut [Group<'_, T::Event>],
) -> usize {
    let members = groups.iter().flat_map(|group| &group.members);
    let events: Vec<_> = members.flat_map(Member::events).collect();
    if events.is_empty() {
        return 0;
    }
    let results = results(topic, clock, until, &events).await;
    let published = results.iter().filter(|result| result.is_ok()).count();
    let mut results = results.into_iter();
    for group in groups {
        for at in unpublished(group, &mut results) {
            group.fail(at);
        }
    }
    published
}

/// Exactly one result for each event.
async fn results<T: Topic>(
    topic: &T,
    clock: &impl Clock,
    until: SystemTime,
    events: &[&T::Event],
) -> Vec<Result<(), BoxError>> {
    let call = guard(async { topic.publish(events).await });
    let (mut results, missing) = match within(clock, until, call).await {
        Some(Ok(results)) => (results, "the topic gave no result for the event"),
        Some(Err(_)) => (Vec::new(), "publishing panicked"),
        None => (Vec::new(), "the deadline came before the topic's answer"),
    };
    results.resize_with(events.len(), || Err(missing.into()));
    results
}

/// The places of the members whose events were not all taken.
fn unpublished<E>(
    group: &Group<'_, E>,
    results: &mut impl Iterator<Item = Result<(), BoxError>>,
) -> Vec<usize> {
    let mut places = Vec::new();
    for (at, member) in group.members.iter().enumerate() {
        let own = results.take(member.events().len());
        // Not `find`: every result of the member has to be drawn.
        if let Some(error) = own.filter_map(Result::err).last() {
            let (message_id, receive_count) =
                (&*member.record.message_id, member.record.receive_count);
            let error = &*chain(&*error);
            error!(
                message_id,
                receive_count, error, "not published, comes back"
            );
            places.push(at);
        }
    }
    places
}
