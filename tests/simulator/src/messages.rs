//! Messages as producers send them, and whom they name.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::sqs::Attribute;

/// A message that is sent to a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The queue.
    pub queue: &'static str,
    /// In this message group.
    pub group: String,
    /// The body.
    pub body: String,
    /// The message attributes.
    pub attributes: BTreeMap<String, Attribute>,
    /// Whether it can never succeed.
    pub poison: bool,
}

impl Message {
    /// Without attributes, and well meant.
    pub fn plain(queue: &'static str, group: &str, body: String) -> Self {
        Self {
            queue,
            group: group.to_owned(),
            body,
            attributes: BTreeMap::new(),
            poison: false,
        }
    }

    /// With attributes as the contract has them, and others besides.
    #[must_use]
    pub fn labelled(self, kind: &str) -> Self {
        let attributes = [
            ("eventType", kind),
            ("correlationId", "of the producer"),
            ("trace", "any"),
        ];
        let attributes =
            attributes.map(|(name, value)| (name.to_owned(), Attribute::string(value)));
        Self {
            attributes: attributes.into(),
            ..self
        }
    }

    /// As it comes by way of a producer's own topic, without raw delivery.
    #[must_use]
    pub fn wrapped(self, kind: &str) -> Self {
        let body = json!({
            "Type": "Notification", "MessageId": "of the topic", "Message": self.body,
            "TopicArn": "arn:aws:sns:ap-northeast-2:000000000000:shop.fifo",
            "MessageAttributes": { "eventType": { "Type": "String", "Value": kind } },
        });
        Self {
            body: body.to_string(),
            ..self
        }
    }

    /// It can never succeed.
    #[must_use]
    pub fn poison(self) -> Self {
        Self {
            poison: true,
            ..self
        }
    }
}

/// An event as a producer sends it.
pub fn envelope(id: &str, kind: &str, data: &Value) -> String {
    json!({
        "specversion": "1.0", "id": id, "source": "/world", "type": kind,
        "time": "2026-03-01T00:00:00Z", "data": data,
    })
    .to_string()
}

/// A phone where no text may go.
pub const ABROAD: &str = "+12025550100";

/// The phone of whoever made this request.
pub fn phone(request: u32) -> String {
    format!("+8210009{request:05}")
}

/// The device of whoever made this request.
pub fn endpoint(request: u32) -> String {
    format!("arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/shop/DEVICE-{request}")
}

/// Whether that device takes nothing any more.
pub fn is_disabled(request: u32) -> bool {
    request.is_multiple_of(3)
}
