//! What holds after every call.

use std::time::Duration;

use simulator::sqs::{Delivery, QueuedMessage};

use super::known::{Known, RECEIVES};

impl Known {
    /// Nobody holds another of its group, and nothing of its group is left before it.
    pub fn is_in_turn(&self, delivery: &Delivery, batch: &[Delivery]) {
        let held = self.received.iter().filter(|(_, end)| *end > self.now);
        let mut held = held.filter(|(held, _)| held.content.group == delivery.content.group);
        assert!(
            held.next().is_none(),
            "{delivery:?} came to a second receiver"
        );
        let queued = self.sqs.messages(self.name).iter();
        let queued = queued.filter(|message| message.content.group == delivery.content.group);
        let batch = batch
            .iter()
            .filter(|other| other.content.group == delivery.content.group);
        let first = queued
            .zip(batch)
            .map(|(first, came)| (&first.content.body, &came.content.body));
        assert!(
            first.clone().all(|(first, came)| first == came),
            "{delivery:?}"
        );
    }

    pub fn nothing_is_lost(&self) {
        let (left, dead) = (self.sqs.messages(self.name), self.sqs.messages(self.dead));
        assert_eq!(self.sent, self.deleted + left.len() + dead.len());
        let exhausted = |message: &QueuedMessage| message.receive_count == RECEIVES;
        assert!(dead.iter().all(exhausted));
    }

    /// Whoever receives when the queue says that there is something to come misses nothing.
    pub fn nothing_sleeps(&self) {
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
