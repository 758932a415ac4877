//! The dead-letter queues: records as they came, with what failed.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::MessageAttributeValue;
use batch::{Attribute, BoxError, DeadLetterQueue, Record};

use crate::AwsFailure;
use crate::queue::{QueueError, SEND, SqsClient, queue_name, string};

/// The attributes by which a record that a function set aside differs from one that SQS moved.
const FAILURE: &str = "failure";
const RECEIVES: &str = "receives";

/// The most attributes of a message (SQS Developer Guide, "Amazon SQS message quotas").
const MAX_ATTRIBUTES: usize = 10;

/// The most characters of the attribute `failure`.
const MAX_FAILURE_LENGTH: usize = 1000;

/// The dead-letter queues of a function's queues.
#[derive(Clone, Debug)]
pub struct SqsDeadLetterQueue {
    client: SqsClient,
    /// Queue name → URL of its dead-letter queue.
    urls: BTreeMap<String, String>,
}

impl SqsDeadLetterQueue {
    /// The dead-letter queues of these queues: pairs of a queue's URL and that of its dead-letter queue.
    pub fn new(config: &SdkConfig, urls: impl IntoIterator<Item = (String, String)>) -> Self {
        let named = |(url, dead_letters): (String, String)| (queue_name(&url).to_owned(), dead_letters);
        Self {
            client: SqsClient::new(config),
            urls: urls.into_iter().map(named).collect(),
        }
    }
}

impl DeadLetterQueue for SqsDeadLetterQueue {
    /// Sends the record's body and attributes unchanged, in its group. On a FIFO queue its message id is the deduplication
    /// id, as where SQS moves it (SQS Developer Guide, "Using dead-letter queues"): a repeat within five minutes is the same
    /// message.
    async fn set_aside(&self, record: &Record, failure: &str) -> Result<(), BoxError> {
        let unknown = || QueueError::UnknownQueue(record.queue_name().to_owned());
        let url = self.urls.get(record.queue_name()).ok_or_else(unknown)?;
        let call = self.client.get().send_message().queue_url(url);
        let call = call
            .message_body(&record.body)
            .set_message_group_id(record.group.clone())
            .set_message_deduplication_id(record.is_fifo().then(|| record.message_id.clone()))
            .set_message_attributes(Some(attributes(record, failure)?.into_iter().collect()));
        let answer = call.send().await;
        answer.map_err(|error| AwsFailure::new(SEND, &error))?;
        Ok(())
    }
}

/// The record's own attributes, and what failed if a message can hold that, too. Attributes of these names that the record
/// brings (it was set aside before, or its sender made them up) are replaced in any case: a redrive relies on `failure`.
fn attributes(record: &Record, failure: &str) -> Result<BTreeMap<String, MessageAttributeValue>, BuildError> {
    let own = record.attributes.iter();
    let own = own.map(|(name, attribute)| Ok((name.clone(), unchanged(attribute)?)));
    let mut attributes = own.collect::<Result<BTreeMap<_, _>, BuildError>>()?;
    let added = [
        (FAILURE, sendable(failure)),
        (RECEIVES, record.receive_count.to_string()),
    ];
    let missing = added.iter().filter(|(name, _)| !attributes.contains_key(*name)).count();
    let has_room = attributes.len() + missing <= MAX_ATTRIBUTES;
    for (name, value) in added {
        // guard: the-cause-is-on-the-dead-letter
        if has_room || attributes.contains_key(name) {
            attributes.insert(name.to_owned(), string(value)?);
        }
    }
    Ok(attributes)
}

fn unchanged(attribute: &Attribute) -> Result<MessageAttributeValue, BuildError> {
    MessageAttributeValue::builder()
        .data_type(&attribute.data_type)
        .set_string_value(attribute.string_value.clone())
        .set_binary_value(attribute.binary_value.clone().map(Blob::new))
        .build()
}

/// The text without the characters that SQS does not take (API Reference, `SendMessage`), and no longer than it may be.
fn sendable(failure: &str) -> String {
    let taken = |character: &char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    failure.chars().filter(taken).take(MAX_FAILURE_LENGTH).collect()
}
