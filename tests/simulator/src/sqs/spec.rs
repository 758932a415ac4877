//! A queue's settings, as `wiring.json` has them.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// A queue's settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueueSpec {
    /// Its name; a FIFO queue's ends in `.fifo`.
    pub name: String,
    /// FIFO with high throughput: its deduplication is by message group.
    pub fifo: bool,
    /// Without a deduplication id, the body is it.
    pub content_based_deduplication: bool,
    /// How long a message is invisible at first.
    #[serde(deserialize_with = "seconds")]
    pub delay: Duration,
    /// How long a received message is invisible.
    #[serde(deserialize_with = "seconds")]
    pub visibility: Duration,
    /// Bytes that a message may have with its attributes.
    pub maximum_message_size: usize,
    /// Where a message goes that was received too often.
    pub dead_letters: Option<DeadLetters>,
}

/// A queue's redrive policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeadLetters {
    /// The dead-letter queue.
    pub queue: String,
    /// How often a message is delivered.
    pub max_receive_count: u32,
}

/// A number of seconds.
pub fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    u64::deserialize(from).map(Duration::from_secs)
}
