//! The ports to the outside. Their futures need not be `Send`: a batch is processed in one task.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use crate::{BoxError, Correlation, Outcome, Record, Rejection};

/// Makes the consumer's own messages from records.
pub trait Decode {
    /// What the handler takes.
    type Message;

    /// Decodes a record. `None` if the consumer does not handle its kind: the record is ignored, that is, acknowledged.
    ///
    /// # Errors
    /// If the record can never succeed: it is quarantined.
    fn decode(&self, record: &Record) -> Result<Option<Self::Message>, Rejection>;

    /// What the lines about a record say of where it belongs. It is called for a record that is logged, readable or not, so it
    /// must not return what was not checked. Default: nothing.
    fn correlation(&self, record: &Record) -> Correlation {
        let _ = record;
        Correlation::default()
    }
}

impl<F, M> Decode for F
where
    F: Fn(&Record) -> Result<Option<M>, Rejection>,
{
    type Message = M;

    fn decode(&self, record: &Record) -> Result<Option<M>, Rejection> {
        self(record)
    }
}

/// Does the consumer's work. It must be idempotent: any message may be delivered again, even after a success.
pub trait Handler {
    /// What it handles.
    type Message;
    /// What it returns of each message; the batch publishes these, the handler never does.
    type Event;

    /// Handles messages in order and returns one outcome for each one handled: the first outcome is that of the first
    /// message, and so on.
    ///
    /// `messages` is never empty. It holds consecutive messages of one FIFO message group, or messages of one chunk
    /// of a standard queue ([`ConsumerOptions::chunk_size`](crate::ConsumerOptions::chunk_size)), and never more than
    /// [`max_batch_size`](Self::max_batch_size). `now` is the time of the call.
    ///
    /// - It may return fewer outcomes than there are messages: it is called again for the rest. No outcome at all counts
    ///   as a panic does.
    /// - In a message group it must handle nothing behind a failure. Outcomes behind one are dropped; after a
    ///   retryable failure the rest is held back, after a permanent one it is handed over again.
    /// - Independent messages may fail together (with one write) and succeed behind a failure. On their last receives they
    ///   are handed over again one by one, from the first that failed.
    /// - If it panics, or returns no outcome in time, messages that it got together are handed over again one by one, to
    ///   find the one that it was.
    fn handle(&self, messages: &[Self::Message], now: SystemTime) -> impl Future<Output = Vec<Outcome<Self::Event>>>;

    /// The largest number of messages that one call of [`handle`](Self::handle) is given; 0 counts as 1. Default: no
    /// limit, that is, all that is left of the message group or chunk.
    ///
    /// It is an upper bound: a call may get fewer. What a call has handled is known only once it returns, so if the
    /// deadline comes first, all of its messages are reported failed and are delivered again. Where messages don't share
    /// a read or a write, 1 loses the least.
    fn max_batch_size(&self) -> usize {
        usize::MAX
    }

    /// Does work that no message asks for: an invocation with the payload `{"task": "<name>"}`, as a schedule sends it, asks for
    /// the task of that name. `None` if there is none. An error fails the invocation. Default: there is no task.
    fn perform(&self, task: &str) -> impl Future<Output = Option<Result<(), BoxError>>> {
        let _ = task;
        async { None }
    }
}

/// Publishes events.
pub trait Topic {
    /// What it publishes; the handler's [`Event`](Handler::Event).
    type Event;

    /// Publishes events, keeping their order, and returns one result for each. A missing result counts as a failure.
    fn publish(&self, events: &[&Self::Event]) -> impl Future<Output = Vec<Result<(), BoxError>>>;
}

/// The topic of a consumer that publishes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTopic;

impl Topic for NoTopic {
    type Event = Infallible;

    async fn publish(&self, _: &[&Infallible]) -> Vec<Result<(), BoxError>> {
        Vec::new() // there is no event to publish
    }
}

/// The dead-letter queue of the records' queue.
///
/// A record that fails is delivered again, and so is what it holds back in its message group: their receives are used up
/// together. SQS would move all of them to the dead-letter queue, those that were never handled and without a word about
/// the cause. So the batch itself puts a record there that fails on its last receive but one. The last one is left for
/// SQS, should the process be killed.
pub trait DeadLetterQueue {
    /// Puts a record into the dead-letter queue, with what failed. Once this is `Ok`, the record is acknowledged, and its
    /// message group goes on. `failure` is what is logged of a failure: it holds no value of the record.
    fn set_aside(&self, record: &Record, failure: &str) -> impl Future<Output = Result<(), BoxError>>;
}

/// The dead-letter queue of a consumer that sets no record aside. SQS's own redrive policy works all the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDeadLetterQueue;

impl DeadLetterQueue for NoDeadLetterQueue {
    async fn set_aside(&self, _: &Record, _: &str) -> Result<(), BoxError> {
        Err("the consumer has no dead-letter queue".into())
    }
}

/// What can be done with records besides acknowledging them.
pub trait Queue {
    /// Has each record delivered again after its own delay, by changing its visibility timeout.
    fn delay(&self, delays: &[(&Record, Duration)]) -> impl Future<Output = Result<(), BoxError>>;

    /// Saves a record that can never succeed, with the reason, for people to look at. Once this is `Ok`, the record is
    /// acknowledged.
    fn quarantine(
        &self,
        record: &Record,
        rejection: &Rejection,
        now: SystemTime,
    ) -> impl Future<Output = Result<(), BoxError>>;
}
