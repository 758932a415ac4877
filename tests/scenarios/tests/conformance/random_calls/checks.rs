//! Checks after every call.

use std::time::Duration;

use simulator::sqs::{Delivery, QueuedMessage};

use super::calls::{QueueCalls, RECEIVES};

impl QueueCalls {
    /// Checks that no other message of its group is in flight, and that no earlier one of its group is left.
    pub fn assert_in_order(&self, delivery: &Delivery, batch: &[Delivery]) {
        let held = self.received.iter().filter(|(_, end)| *end > self.now);
        let mut held = held.filter(|(held, _)| held.content.group == delivery.content.group);
        assert!(
            held.next().is_none(),
            "{delivery:?} was received while another of its group is in flight"
        );
        let queued = self.sqs.messages(self.name).iter();
        let queued = queued.filter(|message| message.content.group == delivery.content.group);
        let batch = batch
            .iter()
            .filter(|other| other.content.group == delivery.content.group);
        let first = queued
            .zip(batch)
            .map(|(first, came)| (&first.content.body, &came.content.body));
        assert!(first.clone().all(|(first, came)| first == came), "{delivery:?}");
    }

    pub fn assert_nothing_is_lost(&self) {
        let (left, dead) = (self.sqs.messages(self.name), self.sqs.messages(self.dead));
        assert_eq!(self.sent, self.deleted + left.len() + dead.len());
        let exhausted = |message: &QueuedMessage| message.receive_count == RECEIVES;
        assert!(dead.iter().all(exhausted));
    }

    /// Checks that the queue says when its next message becomes receivable.
    pub fn assert_next_change_is_known(&self) {
        let (sqs, name) = (&self.sqs, self.name);
        let next = sqs.next_change(self.now, name);
        assert!(next.is_none_or(|next| next > self.now));
        if sqs.is_receivable(self.now, name) {
            return;
        }
        let Some(next) = next else {
            assert!(sqs.messages(name).is_empty());
            return;
        };
        assert!(!sqs.is_receivable(next - Duration::from_nanos(1), name));
        assert!(sqs.is_receivable(next, name));
    }
}
