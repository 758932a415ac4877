//! The ports to the outside. Futures need not be `Send`: a batch is worked off in one task.

use std::time::{Duration, SystemTime};

use crate::{BoxError, Outcome, Record, Rejection};

/// Makes the consumer's own message of a record.
pub trait Decode {
    /// What the handler takes.
    type Message;

    /// The message; `None` if the record is none of this consumer's business, and is acknowledged as such.
    fn decode(&self, record: &Record) -> Result<Option<Self::Message>, Rejection>;
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

/// Does the consumer's work. Must be idempotent: any message may come again, be it after a success.
pub trait Handler {
    /// What it handles.
    type Message;
    /// What it lets happen; published by the batch, never by the handler.
    type Event;

    /// Handles messages in order and returns one outcome for each one handled: a prefix that ends with the first
    /// failure, at the latest with the last message. For what is left it is called again, if it is to be handled at all.
    ///
    /// `messages` is never empty: the rest of a FIFO group, or of a chunk of independent records.
    fn handle(
        &self,
        messages: &[Self::Message],
        now: SystemTime,
    ) -> impl Future<Output = Vec<Outcome<Self::Event>>>;

    /// The most messages that one call takes. What a call has finished is known only once it returns, so that
    /// on an overrun of the deadline a call is reported failed as a whole.
    fn at_once(&self) -> usize {
        usize::MAX
    }
}

/// Publishes events.
pub trait Topic {
    /// What it publishes.
    type Event;

    /// Publishes events, in this order within whatever they are ordered by, and returns one result for each.
    fn publish(&self, events: &[&Self::Event]) -> impl Future<Output = Vec<Result<(), BoxError>>>;
}

/// What can be done to records besides acknowledging them.
pub trait Queue {
    /// Lets each record come back after its own delay.
    fn delay(&self, delays: &[(&Record, Duration)]) -> impl Future<Output = Result<(), BoxError>>;

    /// Puts a record aside for people to look at; once this is `Ok` the record is acknowledged.
    fn quarantine(
        &self,
        record: &Record,
        rejection: &Rejection,
        now: SystemTime,
    ) -> impl Future<Output = Result<(), BoxError>>;
}
