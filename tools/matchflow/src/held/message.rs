//! A message as SQS hands it over.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sqs::types::{Message as Received, MessageAttributeValue, MessageSystemAttributeName};
use jiff::Timestamp;

/// A message of a queue.
#[derive(Clone, Debug, Default)]
pub struct Message {
    pub id: String,
    pub body: String,
    /// Its attributes as they are sent.
    pub attributes: BTreeMap<String, MessageAttributeValue>,
    /// Its message group; none on a standard queue.
    pub group: Option<String>,
    /// When it was sent to this queue, or for a standard queue's dead letter, to the first one.
    pub sent_at: Option<Timestamp>,
    /// The name of the queue from which SQS moved it here, with the stack's name; none if a function put it here.
    pub moved_from: Option<String>,
    /// By which it is deleted.
    pub receipt_handle: String,
}

impl Message {
    /// The message in SQS's answer.
    pub fn of(received: Received) -> Option<Self> {
        let mut system = received.attributes.unwrap_or_default();
        let mut take = |name| system.remove(&name);
        let moved_from = take(MessageSystemAttributeName::DeadLetterQueueSourceArn);
        let sent_at = take(MessageSystemAttributeName::SentTimestamp).and_then(|millis| millis.parse().ok());
        Some(Self {
            id: received.message_id?,
            body: received.body.unwrap_or_default(),
            attributes: own(received.message_attributes.unwrap_or_default()),
            group: take(MessageSystemAttributeName::MessageGroupId),
            sent_at: sent_at.and_then(|millis| Timestamp::from_millisecond(millis).ok()),
            moved_from: moved_from.and_then(|arn| arn.rsplit(':').next().map(str::to_owned)),
            receipt_handle: received.receipt_handle?,
        })
    }

    /// The text of an attribute.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute)?.string_value()
    }
}

fn own(attributes: HashMap<String, MessageAttributeValue>) -> BTreeMap<String, MessageAttributeValue> {
    attributes.into_iter().collect()
}
