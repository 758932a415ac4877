//! What was accepted in the last five minutes.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

/// The deduplication interval of FIFO queues and topics (SQS Developer Guide, "Exactly-once processing"; SNS Developer
/// Guide, "Message deduplication for FIFO topics").
const INTERVAL: Duration = Duration::from_mins(5);

/// The message ids of what was accepted, by message group and deduplication id: the scope with high throughput (SQS
/// Developer Guide, "High throughput for FIFO queues"; SNS Developer Guide, "High throughput for FIFO topics").
#[derive(Debug, Default)]
pub struct Deduplication(HashMap<(String, String), (SystemTime, String)>);

impl Deduplication {
    /// The id of what was accepted before, if this is a duplicate of it.
    pub fn first(&self, now: SystemTime, group: &str, id: &str) -> Option<&str> {
        let (end, message_id) = self.0.get(&(group.to_owned(), id.to_owned()))?;
        (now < *end).then_some(message_id)
    }

    /// This was accepted.
    pub fn accepted(&mut self, now: SystemTime, group: &str, id: &str, message_id: &str) {
        let key = (group.to_owned(), id.to_owned());
        self.0.insert(key, (now + INTERVAL, message_id.to_owned()));
    }
}
