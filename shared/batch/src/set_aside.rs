//! Setting aside what fails on its last receive but one, or on its last: it is put into the dead-letter queue with what
//! failed, and acknowledged, so that what stands behind it in its message group is handled before its own receives are used
//! up.
//!
//! - Most records are set aside while their group is processed, before its next record starts. Those that were cut off by
//!   the deadline, and those of which an event was not published, are set aside after publishing.
//! - Only a record that was tried is set aside. One that was held back or not started, or that the deadline cut off in a call
//!   with several records, is reported failed.
//! - Nothing is lost in between: a record is acknowledged only once it is in the dead-letter queue. If the process dies
//!   before the answer, it is in both queues, and handled twice after a redrive, which a handler has to expect anyway.

use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, stream};

use crate::clock::timeout_at;
use crate::error::error_with_sources;
use crate::group::{Group, RecordStatus, TrackedRecord};
use crate::log_record::log_record;
use crate::panics::catch_panic;
use crate::{Clock, DeadLetterQueue};

/// What is known of a record on its last try that the deadline cuts off.
pub(crate) const UNFINISHED: &str = "handling did not end in time";

/// Why a record is not set aside that follows one that stays failed.
const HELD_BACK: &str = "a record before it in its message group could not be set aside";

/// The least time for a call. A healthy one takes less; with a smaller share, a batch of thousands of records on their last
/// tries would have healthy calls cut off.
pub(crate) const LEAST_TIME: Duration = Duration::from_secs(1);

/// The time that one record on its last try may take, so that a call that hangs leaves time for all others: all of
/// it, divided by the number of records that are handed over one after another at most. That is, those of the longest
/// group, and those that keep this group waiting while others use all the concurrency there is. A call with several records
/// has the shares of all of them.
pub(crate) fn share<E>(time: Duration, groups: &[Group<'_, E>], concurrency: usize) -> Duration {
    let with_last_try = groups.iter().filter(|group| group.has_last_try());
    let lengths: Vec<usize> = with_last_try.map(Group::turns).collect();
    let waiting = if lengths.len() > concurrency {
        lengths.iter().sum::<usize>() / concurrency
    } else {
        0
    };
    let one_after_another = waiting + lengths.into_iter().max().unwrap_or(1);
    let divisor = u32::try_from(one_after_another).unwrap_or(u32::MAX);
    time / divisor
}

/// Sets aside the records of all groups that are still to be set aside. In an ordered group, none behind one that stays
/// failed.
pub(crate) async fn set_aside_failed<E>(
    dead_letters: &impl DeadLetterQueue,
    clock: &impl Clock,
    end: SystemTime,
    concurrency: usize,
    groups: &mut [Group<'_, E>],
) {
    let set_aside_group = async |group: &mut Group<'_, E>| {
        let mut held_back = false;
        for tracked in group.records.iter_mut().filter(|tracked| tracked.has_failed()) {
            if !held_back {
                set_aside(dead_letters, clock, end, tracked).await;
            } else if let Some(failure) = tracked.failure.take() {
                settle_set_aside(tracked, &failure, Err(HELD_BACK.to_owned()));
            }
            held_back |= group.ordered && tracked.has_failed();
        }
    };
    stream::iter(groups)
        .for_each_concurrent(concurrency, set_aside_group)
        .await;
}

/// Puts a record into the dead-letter queue, if something of it failed. If it cannot be put there it stays failed.
pub(crate) async fn set_aside<E>(
    dead_letters: &impl DeadLetterQueue,
    clock: &impl Clock,
    end: SystemTime,
    tracked: &mut TrackedRecord<'_, E>,
) {
    // guard: untried-is-not-set-aside
    let Some(failure) = tracked.failure.clone() else {
        return;
    };
    let record = tracked.record;
    let call = catch_panic(async { dead_letters.set_aside(record, &failure).await });
    let answer = match timeout_at(clock, end, call).await {
        Some(Ok(answer)) => answer.map_err(|error| error_with_sources(&*error)),
        Some(Err(panicked)) => Err(panicked.to_string()),
        None => Err("the dead-letter queue did not answer in time".to_owned()),
    };
    tracked.failure = None;
    settle_set_aside(tracked, &failure, answer);
}

/// Gives a record the status that the dead-letter queue's answer means.
fn settle_set_aside<E>(tracked: &mut TrackedRecord<'_, E>, failure: &str, answer: Result<(), String>) {
    let Err(refused) = answer else {
        log_record!(
            error,
            tracked,
            error = failure,
            "record set aside in the dead-letter queue and acknowledged: it failed on one of its last receives"
        );
        tracked.status = RecordStatus::SetAside;
        return;
    };
    // guard: failed-set-aside-fails-the-record
    log_record!(
        error,
        tracked,
        error = failure,
        set_aside_error = refused,
        "record failed and could not be set aside; after its last receive SQS moves it to the dead-letter queue"
    );
}
