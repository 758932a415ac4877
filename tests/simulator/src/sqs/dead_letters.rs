//! Dead letters: how they come to a dead-letter queue, and how a redrive takes them out.

use std::collections::BTreeSet;
use std::time::SystemTime;

use super::queue::Queue;
use super::{MessageContent, QueuedMessage};

impl Queue {
    /// How often a message may be received before it becomes a dead letter.
    pub fn max_receive_count(&self) -> u32 {
        let limit = self.spec.dead_letters.as_ref();
        limit.map_or(u32::MAX, |dead_letters| dead_letters.max_receive_count)
    }

    /// Removes the messages at these positions.
    pub fn remove(&mut self, positions: &BTreeSet<usize>) -> Vec<QueuedMessage> {
        let mut position = 0..;
        let is_removed = |_: &mut QueuedMessage| positions.contains(&position.next().unwrap());
        self.messages.extract_if(.., is_removed).collect()
    }

    /// Adds dead letters of a source queue. They keep their ids; on a FIFO queue, these replace the deduplication ids (SQS
    /// Developer Guide, "Configuring a dead-letter queue redrive").
    pub fn add_dead_letters(&mut self, now: SystemTime, source: &str, exhausted: Vec<QueuedMessage>) {
        for mut message in exhausted {
            message.content.deduplication_id = self.spec.fifo.then(|| message.message_id.clone());
            self.messages.push(QueuedMessage {
                source: Some(source.to_owned()),
                visible: now,
                receipt: None,
                ..message
            });
        }
    }

    /// Removes the dead letters that are not in flight, and returns each with its source queue, if SQS moved it here.
    pub fn take_dead_letters(&mut self, now: SystemTime) -> Vec<(Option<String>, MessageContent)> {
        let taken = self.messages.extract_if(.., |message| !message.is_in_flight(now));
        taken.map(|message| (message.source, message.content)).collect()
    }
}
