//! One SQS message, as the decoder and the quarantine see it.

use std::collections::BTreeMap;
use std::fmt;

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage, SqsMessageAttribute};

use crate::ProcessError;

/// One SQS message. Its `Debug` shows neither the body nor any attribute's value.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// SQS's id of the message; a redrive from a dead-letter queue gives a new one.
    pub message_id: String,
    /// The handle of this receive, for changing the visibility.
    pub receipt_handle: String,
    /// The body, untouched.
    pub body: String,
    /// The message attributes, by name.
    pub attributes: BTreeMap<String, Attribute>,
    /// The message group, if the sender gave one. On a standard queue it promises no order.
    pub group: Option<String>,
    /// How often the message was received, this time included; 1 where SQS's figure is missing or garbled.
    pub receive_count: u32,
    /// The queue that the message came by.
    pub queue_arn: String,
}

/// One message attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribute {
    /// `String`, `Number` or `Binary`, possibly with a suffix after a dot.
    pub data_type: String,
    /// The value of a `String` or `Number`.
    pub string_value: Option<String>,
    /// The value of a `Binary`.
    pub binary_value: Option<Vec<u8>>,
}

impl Record {
    /// Whether the record came by a FIFO queue, so that its group is ordered. The group id itself says nothing:
    /// fair queues are standard queues with group ids.
    pub fn is_fifo(&self) -> bool {
        let suffix = self.queue_arn.rsplit_once('.');
        suffix.is_some_and(|(_, suffix)| suffix == "fifo")
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("message_id", &self.message_id)
            .field("group", &self.group)
            .field("receive_count", &self.receive_count)
            .field("queue_arn", &self.queue_arn)
            .finish_non_exhaustive()
    }
}

/// All records of an event, or the reason why it is not one of SQS.
pub(crate) fn records(event: SqsEvent) -> Result<Vec<Record>, ProcessError> {
    let messages = event.records.into_iter().enumerate();
    messages.map(|(index, m)| record(index, m)).collect()
}

fn record(index: usize, message: SqsMessage) -> Result<Record, ProcessError> {
    if message.event_source.as_deref() != Some("aws:sqs") {
        return Err(ProcessError::NotFromSqs { index });
    }
    let system = &message.attributes;
    Ok(Record {
        group: system.get("MessageGroupId").cloned(),
        receive_count: receive_count(system.get("ApproximateReceiveCount")),
        message_id: present(index, "messageId", message.message_id)?,
        queue_arn: present(index, "eventSourceARN", message.event_source_arn)?,
        receipt_handle: message.receipt_handle.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
        attributes: attributes(message.message_attributes),
    })
}

fn present(
    index: usize,
    member: &'static str,
    value: Option<String>,
) -> Result<String, ProcessError> {
    value
        .filter(|v| !v.is_empty())
        .ok_or(ProcessError::Incomplete { index, member })
}

fn receive_count(attribute: Option<&String>) -> u32 {
    attribute.and_then(|a| a.parse().ok()).unwrap_or(1).max(1)
}

fn attributes(
    of: impl IntoIterator<Item = (String, SqsMessageAttribute)>,
) -> BTreeMap<String, Attribute> {
    let attribute = |a: SqsMessageAttribute| Attribute {
        data_type: a.data_type.unwrap_or_default(),
        string_value: a.string_value,
        binary_value: a.binary_value.map(|b| b.0),
    };
    of.into_iter()
        .map(|(name, a)| (name, attribute(a)))
        .collect()
}
