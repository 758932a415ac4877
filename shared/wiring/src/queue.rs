//! A queue's settings.

use std::time::Duration;

use serde::Deserialize;

use super::seconds;

/// A queue's settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueueSpec {
    /// The name, without the stack's; a FIFO queue's ends in `.fifo`.
    pub name: String,
    /// FIFO with high throughput: its deduplication is by message group.
    pub fifo: bool,
    /// Whether the body serves as deduplication id where a message has none.
    pub content_based_deduplication: bool,
    /// How long a sent message is invisible before its first receive.
    #[serde(deserialize_with = "seconds")]
    pub delay: Duration,
    /// How long a received message is invisible.
    #[serde(deserialize_with = "seconds")]
    pub visibility: Duration,
    /// The most bytes of a message with its attributes.
    pub maximum_message_size: usize,
    /// The redrive policy; without one a message comes back forever.
    pub dead_letters: Option<DeadLetters>,
}

/// A queue's redrive policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeadLetters {
    /// The dead-letter queue's name.
    pub queue: String,
    /// The most receives of a message before it moves there.
    pub max_receive_count: u32,
}
