//! Processing one batch, from the records to the answer.

use std::collections::{HashMap, HashSet};
use std::future::ready;
use std::time::{Duration, SystemTime};

use aws_lambda_events::event::sqs::SqsBatchResponse;
use futures_util::{StreamExt, stream};
use tracing::{debug, info};

use crate::clock::timeout_at;
use crate::group::{Group, RecordStatus, groups};
use crate::publish::publish_events;
use crate::retry::{delay_failed, retry_delays};
use crate::worker::Worker;
use crate::{Clock, Consumer, Decode, Handler, Queue, Record, Topic};

/// Processes one batch and names the records that failed. It answers before the deadline, whatever the ports do, as long
/// as they don't block the thread.
///
/// Nothing is kept from one call to the next, and calls may overlap.
pub async fn process<D, H, T, Q, C>(
    records: Vec<Record>,
    deadline: SystemTime,
    consumer: &Consumer<D, H, T, Q, C>,
) -> SqsBatchResponse
where
    D: Decode,
    H: Handler<Message = D::Message>,
    T: Topic<Event = H::Event>,
    Q: Queue,
    C: Clock,
{
    let Consumer {
        topic,
        queue,
        clock,
        options,
        ..
    } = consumer;
    let before_deadline = |time: Duration| deadline.checked_sub(time).unwrap_or(deadline);
    let handling_ends = before_deadline(options.deadline_margin);
    let publishing_ends = before_deadline(options.deadline_margin / 2);
    let delaying_ends = before_deadline(options.deadline_margin / 4);

    let mut groups = groups(&records, options.chunk_size);
    let handling = process_groups(consumer, handling_ends, &mut groups);
    timeout_at(clock, handling_ends, handling).await;
    groups.iter_mut().for_each(Group::hold_back);
    let overrun = clock.now() >= handling_ends;

    let published = publish_events(topic, clock, publishing_ends, &mut groups).await;

    let delays = retry_delays(&groups, &options.backoff);
    delay_failed(queue, clock, delaying_ends, &records, &delays).await;

    log_summary(&records, &groups, published, overrun);
    response(&records, &delays)
}

/// Processes the groups concurrently, as futures of one task: whatever is unfinished when this is dropped is gone, and
/// cannot wake up in the next invocation.
async fn process_groups<D, H, T, Q, C>(
    consumer: &Consumer<D, H, T, Q, C>,
    end: SystemTime,
    groups: &mut [Group<'_, H::Event>],
) where
    D: Decode,
    H: Handler<Message = D::Message>,
    Q: Queue,
    C: Clock,
{
    let worker = &Worker {
        decode: &consumer.decode,
        handler: &consumer.handler,
        queue: &consumer.queue,
        clock: &consumer.clock,
        end,
    };
    stream::iter(groups)
        .map(|group| worker.process_group(group))
        .buffer_unordered(consumer.options.concurrency.max(1))
        .for_each(|_| ready(()))
        .await;
}

/// Names every failed message once, in the order of the batch. `failed` has the ids of all that failed.
fn response(records: &[Record], failed: &HashMap<&str, Duration>) -> SqsBatchResponse {
    let mut named = HashSet::new();
    let mut response = SqsBatchResponse::default();
    for record in records {
        let id = &*record.message_id;
        if failed.contains_key(id) && named.insert(id) {
            debug!(
                message_id = id,
                queue = record.queue_name(),
                "record reported to Lambda as failed"
            );
            response.add_failure(id);
        }
    }
    response
}

/// Logs the batch's one line of counts. Alarms read its message and its fields: see `template.yaml`.
fn log_summary<E>(records: &[Record], groups: &[Group<'_, E>], published: usize, overrun: bool) {
    let count = |is: fn(&RecordStatus<E>) -> bool| {
        let tracked = groups.iter().flat_map(|group| &group.records);
        tracked.filter(|tracked| is(&tracked.status)).count()
    };
    info!(
        records = records.len(),
        handled = count(|status| matches!(status, RecordStatus::Handled(_))),
        ignored = count(|status| matches!(status, RecordStatus::Ignored)),
        quarantined = count(|status| matches!(status, RecordStatus::Quarantined)),
        failed = count(|status| matches!(status, RecordStatus::Failed)),
        published,
        overrun,
        "batch done"
    );
}
