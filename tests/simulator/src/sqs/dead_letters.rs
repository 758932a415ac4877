//! What becomes a dead letter, and what becomes of it.

use std::collections::BTreeSet;
use std::time::SystemTime;

use super::queue::Queue;
use super::{Outgoing, Stored};

impl Queue {
    /// How often a message is delivered.
    pub(super) fn max_receive_count(&self) -> u32 {
        let limit = self.spec.dead_letters.as_ref();
        limit.map_or(u32::MAX, |dead_letters| dead_letters.max_receive_count)
    }

    /// Those at these places leave.
    pub(super) fn take_out(&mut self, places: &BTreeSet<usize>) -> Vec<Stored> {
        let mut place = 0..;
        let leaves = |_: &mut Stored| place.next().is_some_and(|place| places.contains(&place));
        self.messages.extract_if(.., leaves).collect()
    }

    /// These come here as dead letters of that queue. They keep their ids; on a FIFO queue, these replace the
    /// deduplication ids (SQS Developer Guide, "Configuring a dead-letter queue redrive").
    pub(super) fn bury(&mut self, now: SystemTime, source: &str, exhausted: Vec<Stored>) {
        let fifo = self.spec.fifo;
        let dead = exhausted.into_iter().map(|message| Stored {
            deduplication_id: fifo.then(|| message.message_id.clone()),
            source: Some(source.to_owned()),
            visible: now,
            receipt: None,
            ..message
        });
        self.messages.extend(dead);
    }

    /// The dead letters that nobody holds leave: each with the queue from which it came.
    pub(super) fn exhume(&mut self, now: SystemTime) -> Vec<(String, Outgoing)> {
        let free = |message: &mut Stored| message.source.is_some() && !message.is_in_flight(now);
        let leaving = self.messages.extract_if(.., free);
        let message = |message: Stored| Outgoing {
            body: message.body,
            group: message.group,
            deduplication_id: message.deduplication_id,
            attributes: message.attributes,
        };
        leaving
            .filter_map(|mut dead| Some((dead.source.take()?, message(dead))))
            .collect()
    }
}
