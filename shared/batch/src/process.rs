//! Processing one batch, from the records to the answer.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use aws_lambda_events::event::sqs::SqsBatchResponse;
use futures_util::{StreamExt, stream};

use crate::clock::timeout_at;
use crate::group::{Group, groups};
use crate::log_record::log_record;
use crate::publish::publish_events;
use crate::record_trace::trace_records;
use crate::retry::{delay_failed, retry_delays};
use crate::set_aside::{set_aside_failed, share};
use crate::summary::Summary;
use crate::worker::Worker;
use crate::{Clock, Consumer, DeadLetterQueue, Decode, Handler, Queue, Record, Topic};

/// Processes one batch and names the records that failed. It answers before the deadline, whatever the ports do, as long
/// as they don't block the thread.
///
/// Nothing is kept from one call to the next, and calls may overlap.
pub async fn process<D, H, T, Q, C, L>(
    records: Vec<Record>,
    deadline: SystemTime,
    consumer: &Consumer<D, H, T, Q, C, L>,
) -> SqsBatchResponse
where
    D: Decode,
    H: Handler<Message = D::Message>,
    T: Topic<Event = H::Event>,
    Q: Queue,
    C: Clock,
    L: DeadLetterQueue,
{
    let Consumer {
        topic,
        queue,
        clock,
        dead_letters,
        options,
        ..
    } = consumer;
    let before_deadline = |time: Duration| deadline.checked_sub(time).unwrap_or(deadline);
    let handling_ends = before_deadline(options.deadline_margin);
    let publishing_ends = before_deadline(options.deadline_margin / 2);
    let setting_aside_ends = before_deadline(options.deadline_margin / 8 * 3);
    let delaying_ends = before_deadline(options.deadline_margin / 4);
    let concurrency = options.concurrency.max(1);

    let started = clock.now();
    let correlate = |record: &Record| consumer.decode.correlation(record);
    let mut groups = groups(&records, options, &correlate);
    let handling = process_groups(consumer, handling_ends, concurrency, &mut groups);
    timeout_at(clock, handling_ends, handling).await;
    let handled = clock.now();

    let published = publish_events(topic, clock, publishing_ends, concurrency, &mut groups).await;
    let publishing_ended = clock.now();

    set_aside_failed(dead_letters, clock, setting_aside_ends, concurrency, &mut groups).await;
    groups.iter_mut().for_each(Group::hold_back);

    let delays = retry_delays(&groups, &options.backoff);
    delay_failed(queue, clock, delaying_ends, &records, &delays).await;

    let summary = Summary {
        records: &records,
        groups: &groups,
        published,
        overrun: handled >= handling_ends,
        started,
        handled,
        publishing_ended,
    };
    summary.log();
    trace_records(&groups, started, publishing_ended);
    log_failed(&groups);
    response(&records, &delays)
}

/// Processes the groups concurrently, as futures of one task: whatever is unfinished when this is dropped is gone, and
/// cannot wake up in the next invocation.
async fn process_groups<D, H, T, Q, C, L>(
    consumer: &Consumer<D, H, T, Q, C, L>,
    end: SystemTime,
    concurrency: usize,
    groups: &mut [Group<'_, H::Event>],
) where
    D: Decode,
    H: Handler<Message = D::Message>,
    Q: Queue,
    C: Clock,
    L: DeadLetterQueue,
{
    let time = end.duration_since(consumer.clock.now()).unwrap_or_default();
    let share = share(time, groups, concurrency);
    let process_group = async |group: &mut Group<'_, H::Event>| {
        let worker = Worker {
            consumer,
            end,
            ordered: group.ordered,
            // guard: others-have-no-limit
            share: group.has_last_try().then_some(share),
        };
        let _ = worker.process(group).await; // whether it stopped at a failure shows in the records' statuses
    };
    stream::iter(groups)
        .for_each_concurrent(concurrency, process_group)
        .await;
}

/// Logs at `DEBUG` which records are reported.
fn log_failed<E>(groups: &[Group<'_, E>]) {
    let records = groups.iter().flat_map(|group| &group.records);
    for tracked in records.filter(|tracked| tracked.has_failed()) {
        log_record!(debug, tracked, "record reported to Lambda as failed");
    }
}

/// Names every failed message once, in the order of the batch. `failed` has the ids of all that failed.
fn response(records: &[Record], failed: &HashMap<&str, Duration>) -> SqsBatchResponse {
    let mut named = HashSet::new();
    let mut response = SqsBatchResponse::default();
    for record in records {
        let id = &*record.message_id;
        if failed.contains_key(id) && named.insert(id) {
            response.add_failure(id);
        }
    }
    response
}
