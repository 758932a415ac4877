//! One batch, from the event to the answer.

use std::collections::HashMap;
use std::future::ready;
use std::time::{Duration, SystemTime};

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use futures_util::{StreamExt, stream};
use tracing::{debug, info};

use crate::clock::within;
use crate::group::{Fate, Group, groups};
use crate::publish::publish;
use crate::record::records;
use crate::retry::{delay_failed, delays};
use crate::work::Worker;
use crate::{Clock, Consumer, Decode, Handler, ProcessError, Queue, Record, Topic};

/// Works off one batch and names the records that failed. It has answered before the deadline, whatever the ports do,
/// as long as they don't block the thread.
///
/// Nothing is kept from one call to the next, and calls may overlap.
///
/// # Errors
/// Only for an event that is not SQS's, before anything was handled.
pub async fn process<D, H, T, Q, C>(
    event: SqsEvent,
    deadline: SystemTime,
    consumer: &Consumer<D, H, T, Q, C>,
) -> Result<SqsBatchResponse, ProcessError>
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
        settings,
        ..
    } = consumer;
    let before = |margin: Duration| deadline.checked_sub(margin).unwrap_or(deadline);
    let records = records(event)?;
    let mut groups = groups(&records, settings.chunk);

    let until = before(settings.margin);
    within(clock, until, work(consumer, until, &mut groups)).await;
    groups.iter_mut().for_each(Group::hold_back);
    let overrun = clock.now() >= until;
    let published = publish(topic, clock, before(settings.margin / 2), &mut groups).await;
    let delays = delays(&groups, &settings.backoff);
    delay_failed(queue, clock, before(settings.margin / 4), &records, &delays).await;

    summarise(&records, &groups, published, overrun);
    Ok(answer(&records, &delays))
}

/// Works off the groups side by side, as futures of one task: whatever is unfinished when this is dropped is gone, and
/// can't wake up in the next invocation.
async fn work<D, H, T, Q, C>(
    consumer: &Consumer<D, H, T, Q, C>,
    until: SystemTime,
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
        until,
    };
    stream::iter(groups)
        .map(|group| worker.work(group))
        .buffer_unordered(consumer.settings.concurrency.max(1))
        .for_each(|_| ready(()))
        .await;
}

/// Names every failed message once, in the order of the batch.
fn answer(records: &[Record], failed: &HashMap<&str, Duration>) -> SqsBatchResponse {
    let mut unnamed = failed.clone();
    let mut response = SqsBatchResponse::default();
    for record in records {
        if unnamed.remove(&*record.message_id).is_some() {
            debug!(message_id = record.message_id, "reported failed");
            response.add_failure(&record.message_id);
        }
    }
    response
}

fn summarise<E>(records: &[Record], groups: &[Group<'_, E>], published: usize, overrun: bool) {
    let count = |is: fn(&Fate<E>) -> bool| {
        let members = groups.iter().flat_map(|group| &group.members);
        members.filter(|member| is(&member.fate)).count()
    };
    info!(
        records = records.len(),
        handled = count(|fate| matches!(fate, Fate::Handled(_))),
        ignored = count(|fate| matches!(fate, Fate::Ignored)),
        quarantined = count(|fate| matches!(fate, Fate::Quarantined)),
        failed = count(|fate| matches!(fate, Fate::Failed)),
        published,
        overrun,
        "batch done"
    );
}
