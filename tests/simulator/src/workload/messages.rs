//! The messages that producers send, and the customers that they name.

use builders::unusual;
use serde_json::{Value, json};

use crate::json::event_in;
use crate::sqs::{Attribute, MessageContent};

/// A message that is sent to a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The queue's name.
    pub queue: &'static str,
    /// What is sent.
    pub content: MessageContent,
    /// The event that it says, in its plainest form; null if it says none.
    pub event: Value,
    /// Whether it can never succeed, so that it must end up in quarantine.
    pub must_be_quarantined: bool,
}

impl Message {
    /// A message without attributes that can succeed.
    pub fn new(queue: &'static str, group: &str, body: String) -> Self {
        Self {
            queue,
            event: event_in(&body),
            content: MessageContent {
                body,
                group: Some(group.to_owned()),
                ..MessageContent::default()
            },
            must_be_quarantined: false,
        }
    }

    /// A message that says this event in an unusual way.
    pub fn unusual(queue: &'static str, message: unusual::Message, event: Value) -> Self {
        let attributes = message.attributes.as_object().unwrap().iter();
        let attributes = attributes.map(|(name, value)| (name.clone(), Attribute::of_record(value)));
        Self {
            event,
            content: MessageContent {
                body: message.body,
                group: Some(message.group),
                attributes: attributes.collect(),
                ..MessageContent::default()
            },
            queue,
            must_be_quarantined: false,
        }
    }

    /// Adds the contract's attributes, and one that the contract does not know.
    #[must_use]
    pub fn with_attributes(mut self, event_type: &str) -> Self {
        self.content.attributes = [
            ("eventType", event_type),
            ("correlationId", "of the producer"),
            ("trace", "any"),
        ]
        .map(|(name, value)| (name.to_owned(), Attribute::string(value)))
        .into();
        self
    }

    /// Wraps the body, as a producer's own topic does without raw delivery.
    #[must_use]
    pub fn wrapped(mut self, event_type: &str) -> Self {
        let body = json!({
            "Type": "Notification", "MessageId": "of the topic", "Message": self.content.body,
            "TopicArn": "arn:aws:sns:ap-northeast-2:000000000000:shop.fifo",
            "MessageAttributes": { "eventType": { "Type": "String", "Value": event_type } },
        });
        self.content.body = body.to_string();
        self
    }

    /// Marks it as one that can never succeed.
    #[must_use]
    pub fn malformed(mut self) -> Self {
        self.must_be_quarantined = true;
        self
    }
}

/// An event in a producer's envelope.
pub fn envelope(id: &str, event_type: &str, data: &Value) -> String {
    json!({
        "specversion": "1.0", "id": id, "source": "/producer", "type": event_type,
        "time": "2026-03-01T00:00:00Z", "data": data,
    })
    .to_string()
}

/// A phone number with a prefix that is not allowed.
pub const ABROAD: &str = "+12025550100";

/// The phone number of the customer of this request.
pub fn phone(request: u32) -> String {
    format!("+8210009{request:05}")
}

/// The push endpoint of the customer of this request.
pub fn endpoint(request: u32) -> String {
    format!("arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/shop/DEVICE-{request}")
}

/// Whether that push endpoint is disabled.
pub fn is_disabled(request: u32) -> bool {
    request.is_multiple_of(3)
}
