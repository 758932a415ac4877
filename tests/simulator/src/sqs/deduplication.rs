//! Deduplication: the messages that were accepted in the last five minutes.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

/// The deduplication interval of FIFO queues and topics (SQS Developer Guide, "Exactly-once processing"; SNS Developer
/// Guide, "Message deduplication for FIFO topics").
const INTERVAL: Duration = Duration::from_mins(5);

/// The ids of the accepted messages by message group and deduplication id, the scope with high throughput (SQS
/// Developer Guide, "High throughput for FIFO queues"; SNS Developer Guide, "High throughput for FIFO topics").
#[derive(Debug, Default)]
pub struct Deduplication(HashMap<(String, String), (SystemTime, String)>);

impl Deduplication {
    /// The id of the message of which this is a duplicate, if it is one.
    pub fn first(&self, now: SystemTime, group: &str, id: &str) -> Option<&str> {
        let (end, message_id) = self.0.get(&(group.to_owned(), id.to_owned()))?;
        (now < *end).then_some(message_id)
    }

    /// Records an accepted message.
    pub fn record(&mut self, now: SystemTime, group: &str, id: &str, message_id: &str) {
        let key = (group.to_owned(), id.to_owned());
        self.0.insert(key, (now + INTERVAL, message_id.to_owned()));
    }
}
