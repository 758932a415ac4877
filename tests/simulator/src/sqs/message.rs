//! Messages: as they are sent, as a queue holds them, and as they are received.

use std::collections::BTreeMap;
use std::time::SystemTime;

use builders::records::character_refused_by_sqs;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A message attribute in its wire format.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    /// `String`, `Number` or `Binary`, possibly with a suffix after a dot.
    pub data_type: String,
    /// The value of a `String` or `Number`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// The value of a `Binary`, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binary_value: Option<String>,
}

impl Attribute {
    /// An attribute of type `String`.
    pub fn string(value: impl Into<String>) -> Self {
        Self {
            data_type: "String".to_owned(),
            string_value: Some(value.into()),
            binary_value: None,
        }
    }

    /// An attribute in the form in which Lambda hands it over.
    pub fn of_record(value: &Value) -> Self {
        let member = |name: &str| value[name].as_str().map(str::to_owned);
        Self {
            data_type: member("dataType").unwrap(),
            string_value: member("stringValue"),
            binary_value: member("binaryValue"),
        }
    }

    fn size(&self) -> usize {
        let value = |value: &Option<String>| value.as_ref().map_or(0, String::len);
        self.data_type.len() + value(&self.string_value) + value(&self.binary_value) / 4 * 3
    }
}

/// The part of a message that its sender decides, by the names that it has in SQS's requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct MessageContent {
    /// The body.
    #[serde(rename = "MessageBody")]
    pub body: String,
    /// The message group.
    #[serde(rename = "MessageGroupId")]
    pub group: Option<String>,
    /// The deduplication id.
    #[serde(rename = "MessageDeduplicationId")]
    pub deduplication_id: Option<String>,
    /// The message attributes by name.
    #[serde(rename = "MessageAttributes", default)]
    pub attributes: BTreeMap<String, Attribute>,
}

impl MessageContent {
    /// The bytes that count towards size limits: the body, and names, types and values of the attributes (SQS Developer Guide,
    /// "Amazon SQS message quotas").
    pub fn size(&self) -> usize {
        let attributes = self.attributes.iter();
        let sizes = attributes.map(|(name, attribute)| name.len() + attribute.size());
        self.body.len() + sizes.sum::<usize>()
    }

    /// The first character, in body or attributes, that SQS does not take.
    pub fn refused_character(&self) -> Option<char> {
        let attributes = self.attributes.values();
        let values = attributes.filter_map(|attribute| attribute.string_value.as_deref());
        values.chain([&*self.body]).find_map(character_refused_by_sqs)
    }

    /// The value of a string attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)?.string_value.as_deref()
    }
}

/// A message that a queue holds.
#[derive(Clone, Debug)]
pub struct QueuedMessage {
    /// The id that the sender was given.
    pub message_id: String,
    /// What was sent.
    pub content: MessageContent,
    /// How often it was received.
    pub receive_count: u32,
    /// The source queue, if it is a dead letter.
    pub source: Option<String>,
    /// From when on it can be received.
    pub visible: SystemTime,
    /// The handle of the last receive from this queue.
    pub receipt: Option<String>,
}

impl QueuedMessage {
    /// Whether it was received and its visibility time-out is not over.
    pub fn is_in_flight(&self, now: SystemTime) -> bool {
        self.receipt.is_some() && self.visible > now
    }

    /// Receives it: it is invisible until `visible`, and has a new receipt handle.
    pub fn deliver(&mut self, visible: SystemTime, receipt: String) -> Delivery {
        self.visible = visible;
        self.receive_count += 1;
        self.receipt = Some(receipt.clone());
        Delivery {
            message_id: self.message_id.clone(),
            receipt_handle: receipt,
            content: self.content.clone(),
            receive_count: self.receive_count,
        }
    }
}

/// A message as it is received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The id that the sender was given.
    pub message_id: String,
    /// The handle of this receive.
    pub receipt_handle: String,
    /// What was sent.
    pub content: MessageContent,
    /// How often it was received, this time included.
    pub receive_count: u32,
}
