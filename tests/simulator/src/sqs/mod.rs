//! SQS as its documentation describes it: queues as plain state, with the time and every choice handed in.
//!
//! Where AWS promises nothing, the caller chooses ([`Sqs::receive`], [`Sqs::redeliver`]). Ids are counted, so that a
//! run repeats exactly. Messages do not age: no world lasts as long as a queue's retention.

mod counter;
mod dead_letters;
mod deduplication;
mod error;
mod message;
mod order;
mod queue;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use counter::Counter;
pub(super) use deduplication::Deduplication;
pub use error::SqsError;
pub use message::{Attribute, Delivery, Outgoing, Stored};
use queue::Queue;
use support::wiring::QueueSpec;

/// All queues. To name one that does not exist is an error of the test.
#[derive(Debug)]
pub struct Sqs {
    queues: BTreeMap<String, Queue>,
    counter: Counter,
}

impl Sqs {
    /// These queues, empty.
    pub fn new(specs: impl IntoIterator<Item = QueueSpec>) -> Self {
        let named = |spec: QueueSpec| (spec.name.clone(), Queue::new(spec));
        let queues = specs.into_iter().map(named).collect();
        let counter = Counter::default();
        Self { queues, counter }
    }

    /// Takes a message and gives its id.
    ///
    /// A duplicate within five minutes is accepted and not delivered (SQS Developer Guide, "Exactly-once processing"); it
    /// gets the first one's id.
    pub fn send(
        &mut self,
        now: SystemTime,
        queue: &str,
        message: Outgoing,
    ) -> Result<String, SqsError> {
        let queue = self.queues.get_mut(queue).unwrap();
        queue.send(now, message, &mut self.counter)
    }

    /// Up to `max` messages, which are in flight from now on; `choose` gives a number below its argument.
    ///
    /// Who was delivered as often as the queue allows goes to its dead-letter queue instead (SQS Developer Guide, "Using
    /// dead-letter queues"), so that nothing may come of a queue that is [`Sqs::receivable`].
    pub fn receive(
        &mut self,
        now: SystemTime,
        queue: &str,
        max: usize,
        choose: &mut dyn FnMut(usize) -> usize,
    ) -> Vec<Delivery> {
        let source = self.queues.get_mut(queue).unwrap();
        let received = source.receive(now, max, choose, &mut self.counter);
        if let Some(dead_letters) = source.spec.dead_letters.clone() {
            let dead_letters = self.queues.get_mut(&dead_letters.queue).unwrap();
            dead_letters.bury(now, queue, received.exhausted);
        }
        received.deliveries
    }

    /// Deletes what was received with this receipt handle.
    ///
    /// Only the latest handle is sure to delete (SQS API Reference, "`DeleteMessage`"): here, no other does. Of a FIFO queue it
    /// expires with the visibility time-out, and is refused then (AWS Knowledge Center, "How do I troubleshoot
    /// `ReceiptHandleIsInvalid` and `InvalidParameterValue` errors when I use the Amazon SQS `DeleteMessage` API call?").
    pub fn delete(&mut self, now: SystemTime, queue: &str, receipt: &str) -> Result<(), SqsError> {
        self.queues.get_mut(queue).unwrap().delete(now, receipt)
    }

    /// What is in flight with this receipt handle comes back after this time (SQS API Reference,
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

    /// `StartMessageMoveTask`: all that nobody holds goes back to the queues from which it came, and how many those are.
    ///
    /// Redriven messages are new ones, with new message ids, among whatever else arrives (SQS Developer Guide, "Configuring a
    /// dead-letter queue redrive"): here, at the end of the queue, with its delay and no receives.
    pub fn redrive(&mut self, now: SystemTime, dead_letter_queue: &str) -> usize {
        let dead_letters = self.queues.get_mut(dead_letter_queue).unwrap();
        let moved = dead_letters.exhume(now);
        let count = moved.len();
        for (source, message) in moved {
            let source = self.queues.get_mut(&source).unwrap();
            source.push(now, message, &mut self.counter);
        }
        count
    }

    /// A standard queue delivers a message once more that was deleted, as it may (SQS Developer Guide, "At-least-once
    /// delivery"); `false` if no such message was deleted.
    pub fn redeliver(&mut self, now: SystemTime, queue: &str, message_id: &str) -> bool {
        self.queues
            .get_mut(queue)
            .unwrap()
            .redeliver(now, message_id)
    }

    /// A standard queue delivers a message to somebody else while it is in flight, as it may (as above).
    pub fn deliver_twice(&mut self, now: SystemTime, queue: &str, message_id: &str) {
        let messages = &mut self.queues.get_mut(queue).unwrap().messages;
        let message = messages.iter_mut().find(|m| m.message_id == message_id);
        message.unwrap().visible = now;
    }

    /// The earliest moment after `now` at which something becomes receivable that is not.
    pub fn next_change(&self, now: SystemTime, queue: &str) -> Option<SystemTime> {
        self.queues[queue].next_change(now)
    }

    /// Whether a receive takes something from the queue now.
    pub fn receivable(&self, now: SystemTime, queue: &str) -> bool {
        !self.queues[queue].lines(now).is_empty()
    }

    /// Whether it is a FIFO queue.
    pub fn is_fifo(&self, queue: &str) -> bool {
        self.queues[queue].spec.fifo
    }

    /// Whether nothing is left for a consumer: all queues but dead-letter queues and the like are empty.
    pub fn is_quiet(&self) -> bool {
        let mut consumed = self
            .queues
            .values()
            .filter(|queue| queue.spec.dead_letters.is_some());
        consumed.all(|queue| queue.messages.is_empty())
    }

    /// All that the queue holds, in the order of arrival.
    pub fn all(&self, queue: &str) -> &[Stored] {
        &self.queues[queue].messages
    }
}
