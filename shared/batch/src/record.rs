//! One SQS message, as ports get it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;

use crate::PayloadError;
use crate::json::{self, Members, members, nested, text};

/// One SQS message. Its `Debug` shows neither the body nor any attribute's value.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// SQS's id of the message; a redrive from a dead-letter queue gives it a new one.
    pub message_id: String,
    /// The handle of this receive, for changing the visibility timeout; empty if SQS's is missing.
    pub receipt_handle: String,
    /// The body as it was sent; empty if SQS's is missing. If it is no text, its JSON.
    pub body: String,
    /// The message attributes, by name.
    pub attributes: BTreeMap<String, Attribute>,
    /// The message group id, if the sender gave one. On a standard queue it promises no order.
    pub group: Option<String>,
    /// How often the message has been received, this time included; 1 if SQS's figure is missing or garbled.
    pub receive_count: u32,
    /// When the queue got the message, by SQS's clock; absent if SQS's figure is missing or garbled.
    pub sent_at: Option<SystemTime>,
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
    /// The value of a `Binary`. What is no base64 is kept as the string value, where there is no other.
    pub binary_value: Option<Vec<u8>>,
}

/// What ties a record to others in logs and traces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Correlation {
    /// The id that a record shares with those that caused it and that it causes.
    pub correlation_id: Option<String>,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// The kind of message, as its sender names it.
    pub message_type: Option<String>,
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

/// Reads the record of this index, or says how it differs from one of SQS.
pub(crate) fn record(index: usize, message: &Members<'_>) -> Result<Record, PayloadError> {
    if text(message, "eventSource").as_deref() != Some("aws:sqs") {
        return Err(PayloadError::NotFromSqs { index });
    }
    let system = nested(message, "attributes");
    Ok(Record {
        message_id: required(index, message, "messageId")?,
        queue_arn: required(index, message, "eventSourceARN")?,
        receipt_handle: text(message, "receiptHandle").unwrap_or_default(),
        body: json::text_or_json(message, "body").unwrap_or_default(),
        group: text(&system, "MessageGroupId"),
        receive_count: receive_count(&system),
        sent_at: sent_at(&system),
        attributes: attributes(&nested(message, "messageAttributes")),
    })
}

fn required(index: usize, message: &Members<'_>, member: &'static str) -> Result<String, PayloadError> {
    match text(message, member) {
        Some(value) if !value.is_empty() => Ok(value),
        _ => Err(PayloadError::Incomplete { index, member }),
    }
}

/// SQS writes the figure as text, other engines as a number.
fn receive_count(system: &Members<'_>) -> u32 {
    let count = json::text_or_json(system, "ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
}

/// SQS writes milliseconds since 1970.
fn sent_at(system: &Members<'_>) -> Option<SystemTime> {
    let millis = json::text_or_json(system, "SentTimestamp")?.parse().ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}

fn attributes(attributes: &Members<'_>) -> BTreeMap<String, Attribute> {
    let read = |(name, json): (&String, &&RawValue)| Some((name.clone(), attribute(json.get())?));
    attributes.iter().filter_map(read).collect()
}

/// Reads an attribute; one that is null is absent, and of one that is no object the JSON is kept.
fn attribute(json: &str) -> Option<Attribute> {
    let Some(members) = members(json) else {
        return (json != "null").then(|| Attribute {
            string_value: Some(json.to_owned()),
            ..Attribute::default()
        });
    };
    let binary = json::text_or_json(&members, "binaryValue");
    let decoded = binary.as_ref().map(|binary| STANDARD.decode(binary));
    let (binary_value, undecodable) = match decoded {
        Some(Ok(bytes)) => (Some(bytes), None),
        Some(Err(_)) => (None, binary),
        None => (None, None),
    };
    Some(Attribute {
        data_type: text(&members, "dataType").unwrap_or_default(),
        string_value: json::text_or_json(&members, "stringValue").or(undecodable),
        binary_value,
    })
}
