//! When failed records are delivered again: a change of their visibility time-out.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::operation::RequestId;
use aws_sdk_sqs::types::ChangeMessageVisibilityBatchRequestEntry;
use batch::Record;
use futures_util::{StreamExt, stream};

use crate::AwsFailure;
use crate::topic::ENTRIES;

const CHANGE: &str = "sqs:ChangeMessageVisibility";

/// The longest visibility time-out that SQS takes.
const TWELVE_HOURS: u64 = 12 * 60 * 60;

type Urls = BTreeMap<String, String>;

/// Some visibility time-outs could not be changed: these records are delivered again when the queue's own has run out.
#[derive(Debug, thiserror::Error)]
#[error("{failed} of {all} visibility changes failed, the first")]
pub struct DelayError {
    /// The number of changes that failed.
    pub failed: usize,
    /// The number of changes asked for.
    pub all: usize,
    /// The first failure.
    #[source]
    pub first: QueueError,
}

/// Why a record's visibility time-out was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// AWS refused the call, or this entry of it.
    #[error(transparent)]
    Failed(#[from] AwsFailure),
    /// The record came by a queue that is not among the function's settings.
    #[error("no URL is set for the queue {0:?}")]
    UnknownQueue(String),
}

/// The calls made at the same time: a thousand failed records have to be changed before the deadline.
const CALLS: usize = 10;

/// Changes the visibility of all records, ten a call; only then reports what failed.
pub(super) async fn change_all(client: &Client, urls: &Urls, delays: &[(&Record, Duration)]) -> Result<(), DelayError> {
    let queues = delays.chunk_by(|(a, _), (b, _)| a.queue_arn == b.queue_arn);
    let calls = queues.flat_map(|queue| queue.chunks(ENTRIES));
    let calls = calls.map(async |call| (call.len(), change(client, urls, call).await));
    let answers: Vec<_> = stream::iter(calls).buffered(CALLS).collect().await;
    let mut errors = Vec::new();
    for (entries, answer) in answers {
        match answer {
            Ok(failed) => errors.extend(failed.into_iter().map(QueueError::from)),
            Err(error) => errors.resize(errors.len() + entries, error),
        }
    }
    let (failed, all) = (errors.len(), delays.len());
    let first = errors.into_iter().next();
    first.map_or(Ok(()), |first| Err(DelayError { failed, all, first }))
}

/// One call, for up to ten records of one queue: the failures of its entries.
async fn change(client: &Client, urls: &Urls, delays: &[(&Record, Duration)]) -> Result<Vec<AwsFailure>, QueueError> {
    let first = delays.first();
    let queue = first.map_or("", |(record, _)| record.queue_name());
    let unknown = || QueueError::UnknownQueue(queue.to_owned());
    let url = urls.get(queue).ok_or_else(unknown)?;
    let entries = delays.iter().enumerate();
    let entries = entries.map(|(id, delay)| entry(id, *delay));
    let entries = entries.collect::<Result<_, _>>();
    let entries = entries.map_err(|error| AwsFailure::unbuilt(CHANGE, &error))?;
    let call = client.change_message_visibility_batch().queue_url(url);
    let answer = call.set_entries(Some(entries)).send().await;
    let answer = answer.map_err(|error| AwsFailure::new(CHANGE, &error))?;
    let failure = |code| AwsFailure::entry(CHANGE, code, answer.request_id());
    let failed = answer.failed().iter();
    Ok(failed.map(|entry| failure(entry.code())).collect())
}

fn entry(
    id: usize,
    (record, delay): (&Record, Duration),
) -> Result<ChangeMessageVisibilityBatchRequestEntry, BuildError> {
    ChangeMessageVisibilityBatchRequestEntry::builder()
        .id(id.to_string())
        .receipt_handle(&record.receipt_handle)
        .visibility_timeout(seconds(delay))
        .build()
}

/// Whole seconds, rounded up: never earlier than asked for.
fn seconds(delay: Duration) -> i32 {
    let seconds = delay.as_millis().div_ceil(1000).min(TWELVE_HOURS.into());
    i32::try_from(seconds).unwrap_or(i32::MAX)
}
