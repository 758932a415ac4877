//! A fake of SQS as its documentation describes it: queues as plain state, with the time and every choice as arguments.
//!
//! Where AWS promises nothing, the caller chooses ([`Sqs::receive`], [`Sqs::redeliver`]). Ids are counted, so that a
//! simulation repeats exactly. Messages do not age: no simulation lasts as long as a queue's retention.

mod dead_letters;
mod deduplication;
mod error;
mod id_counter;
mod message;
mod order;
mod queue;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

pub use deduplication::Deduplication;
pub use error::SqsError;
use id_counter::IdCounter;
pub use message::{Attribute, Delivery, MessageContent, QueuedMessage};
use queue::Queue;
use support::wiring::QueueSpec;

/// All queues. Naming one that does not exist panics.
#[derive(Debug)]
pub struct Sqs {
    queues: BTreeMap<String, Queue>,
    ids: IdCounter,
}

impl Sqs {
    /// Queues with these settings, empty.
    pub fn new(specs: impl IntoIterator<Item = QueueSpec>) -> Self {
        let named = |spec: QueueSpec| (spec.name.clone(), Queue::new(spec));
        let queues = specs.into_iter().map(named).collect();
        let ids = IdCounter::default();
        Self { queues, ids }
    }

    /// Accepts a message and returns its id.
    ///
    /// A duplicate within five minutes is accepted and not delivered (SQS Developer Guide, "Exactly-once processing"); its
    /// id is the first one's.
    pub fn send(&mut self, now: SystemTime, queue: &str, message: MessageContent) -> Result<String, SqsError> {
        let queue = self.queues.get_mut(queue).unwrap();
        queue.send(now, message, &mut self.ids)
    }

    /// Receives up to `max` messages, which are in flight from now on; `choose` returns a number below its argument.
    ///
    /// A message that was received as often as the queue allows goes to its dead-letter queue instead (SQS Developer Guide,
    /// "Using dead-letter queues"), so that a queue that [`Sqs::is_receivable`] may return none.
    pub fn receive(
        &mut self,
        now: SystemTime,
        queue: &str,
        max: usize,
        choose: &mut dyn FnMut(usize) -> usize,
    ) -> Vec<Delivery> {
        let source = self.queues.get_mut(queue).unwrap();
        let received = source.receive(now, max, choose, &mut self.ids);
        if let Some(dead_letters) = source.spec.dead_letters.clone() {
            let dead_letters = self.queues.get_mut(&dead_letters.queue).unwrap();
            dead_letters.add_dead_letters(now, queue, received.exhausted);
        }
        received.deliveries
    }

    /// Deletes the message that was received with this receipt handle.
    ///
    /// Only the latest handle is sure to delete (SQS API Reference, "`DeleteMessage`"): here, no other does. Of a FIFO queue it
    /// expires with the visibility time-out, and is refused then (AWS Knowledge Center, "How do I troubleshoot
    /// `ReceiptHandleIsInvalid` and `InvalidParameterValue` errors when I use the Amazon SQS `DeleteMessage` API call?").
    pub fn delete(&mut self, now: SystemTime, queue: &str, receipt: &str) -> Result<(), SqsError> {
        self.queues.get_mut(queue).unwrap().delete(now, receipt)
    }

    /// Makes the message in flight with this receipt handle visible again after this time (SQS API Reference,
    /// "`ChangeMessageVisibility`").
    pub fn change_visibility(
        &mut self,
        now: SystemTime,
        queue: &str,
        receipt: &str,
        timeout: Duration,
    ) -> Result<(), SqsError> {
        let queue = self.queues.get_mut(queue).unwrap();
        queue.change_visibility(now, receipt, timeout)
    }

    /// `StartMessageMoveTask`: moves all dead letters that are not in flight back to their source queues, and returns how many
    /// those are. Of those that were sent here SQS does not know the source (SQS Developer Guide, "Troubleshooting dead-letter
    /// queue and DLQ redrive issues"): they go to the queue that `destination` names.
    ///
    /// Redriven messages are new ones, with new message ids, between others that arrive (SQS Developer Guide, "Configuring a
    /// dead-letter queue redrive"): here, at the end of the queue, with its delay and no receives.
    pub fn redrive(
        &mut self,
        now: SystemTime,
        dead_letter_queue: &str,
        destination: &dyn Fn(&MessageContent) -> String,
    ) -> usize {
        let dead_letters = self.queues.get_mut(dead_letter_queue).unwrap();
        let moved = dead_letters.take_dead_letters(now);
        let count = moved.len();
        for (source, message) in moved {
            let source = source.unwrap_or_else(|| destination(&message));
            let source = self.queues.get_mut(&source).unwrap();
            source.push(now, message, &mut self.ids);
        }
        count
    }

    /// Makes a standard queue deliver a deleted message once more, as it may (SQS Developer Guide, "At-least-once delivery");
    /// `false` if no such message was deleted.
    pub fn redeliver(&mut self, now: SystemTime, queue: &str, message_id: &str) -> bool {
        let queue = self.queues.get_mut(queue).unwrap();
        queue.redeliver(now, message_id)
    }

    /// Makes a standard queue deliver a message a second time while it is in flight, as it may (as above).
    pub fn deliver_twice(&mut self, now: SystemTime, queue: &str, message_id: &str) {
        let messages = &mut self.queues.get_mut(queue).unwrap().messages;
        let message = messages.iter_mut().find(|m| m.message_id == message_id);
        message.unwrap().visible = now;
    }

    /// The earliest moment after `now` at which another message becomes receivable.
    pub fn next_change(&self, now: SystemTime, queue: &str) -> Option<SystemTime> {
        self.queues[queue].next_change(now)
    }

    /// Whether a receive now would take a message out of the queue.
    pub fn is_receivable(&self, now: SystemTime, queue: &str) -> bool {
        !self.queues[queue].receivable(now).is_empty()
    }

    /// Whether it is a FIFO queue.
    pub fn is_fifo(&self, queue: &str) -> bool {
        self.queues[queue].spec.fifo
    }

    /// The queues that functions read, those with a dead-letter queue, as far as they hold messages.
    pub fn undrained(&self) -> Vec<String> {
        let queues = self.queues.values();
        queues
            .filter(|queue| queue.spec.dead_letters.is_some() && !queue.messages.is_empty())
            .map(|queue| queue.spec.name.clone())
            .collect()
    }

    /// The messages that the queue holds, in the order of arrival.
    pub fn messages(&self, queue: &str) -> &[QueuedMessage] {
        &self.queues[queue].messages
    }

    /// The messages that were deleted from a standard queue, except those that it delivered once more.
    pub fn deleted(&self, queue: &str) -> &[QueuedMessage] {
        &self.queues[queue].deleted
    }
}
