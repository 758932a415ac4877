//! One SQS message, as ports get it.

use std::collections::BTreeMap;
use std::fmt;

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage, SqsMessageAttribute};

use crate::ProcessError;

/// One SQS message. Its `Debug` shows neither the body nor any attribute's value.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// SQS's id of the message; a redrive from a dead-letter queue gives it a new one.
    pub message_id: String,
    /// The handle of this receive, for changing the visibility timeout; empty if SQS's is missing.
    pub receipt_handle: String,
    /// The body as it was sent; empty if SQS's is missing.
    pub body: String,
    /// The message attributes, by name.
    pub attributes: BTreeMap<String, Attribute>,
    /// The message group id, if the sender gave one. On a standard queue it promises no order.
    pub group: Option<String>,
    /// How often the message has been received, this time included; 1 if SQS's figure is missing or garbled.
    pub receive_count: u32,
    /// The ARN of the queue that the message was received from.
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
    /// Whether the record was received from a FIFO queue, so that its message group is ordered. The group id itself says
    /// nothing: fair queues are standard queues with group ids.
    pub fn is_fifo(&self) -> bool {
        let suffix = self.queue_arn.rsplit_once('.');
        suffix.is_some_and(|(_, suffix)| suffix == "fifo")
    }

    /// The name of the queue that the message was received from: the last part of its ARN.
    pub fn queue_name(&self) -> &str {
        let name = self.queue_arn.rsplit_once(':');
        name.map_or(&self.queue_arn, |(_, name)| name)
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

/// All records of an event, or how it differs from one of SQS.
pub(crate) fn records(event: SqsEvent) -> Result<Vec<Record>, ProcessError> {
    let messages = event.records.into_iter().enumerate();
    messages.map(|(index, message)| record(index, message)).collect()
}

fn record(index: usize, message: SqsMessage) -> Result<Record, ProcessError> {
    if message.event_source.as_deref() != Some("aws:sqs") {
        return Err(ProcessError::NotFromSqs { index });
    }
    let system = &message.attributes;
    Ok(Record {
        group: system.get("MessageGroupId").cloned(),
        receive_count: receive_count(system.get("ApproximateReceiveCount")),
        message_id: required(index, "messageId", message.message_id)?,
        queue_arn: required(index, "eventSourceARN", message.event_source_arn)?,
        receipt_handle: message.receipt_handle.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
        attributes: attributes(message.message_attributes),
    })
}

fn required(index: usize, member: &'static str, value: Option<String>) -> Result<String, ProcessError> {
    match value {
        Some(value) if !value.is_empty() => Ok(value),
        _ => Err(ProcessError::Incomplete { index, member }),
    }
}

fn receive_count(attribute: Option<&String>) -> u32 {
    let count = attribute.and_then(|text| text.parse().ok());
    count.unwrap_or(1).max(1)
}

fn attributes(attributes: impl IntoIterator<Item = (String, SqsMessageAttribute)>) -> BTreeMap<String, Attribute> {
    attributes
        .into_iter()
        .map(|(name, attribute)| {
            let attribute = Attribute {
                data_type: attribute.data_type.unwrap_or_default(),
                string_value: attribute.string_value,
                binary_value: attribute.binary_value.map(|binary| binary.0),
            };
            (name, attribute)
        })
        .collect()
}
