//! The ports to the outside. Futures need not be `Send`: a batch is worked off in one task.

use std::convert::Infallible;
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

    /// Handles messages in order and returns one outcome for each one handled, from the first on and as many as it likes:
    /// for what is left it is called again. In a FIFO group nothing may be handled behind a failure, so its outcomes end
    /// there; independent records that fail together (with one write) may all be told so at once.
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

/// For a consumer that publishes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTopic;

impl Topic for NoTopic {
    type Event = Infallible;

    async fn publish(&self, _: &[&Infallible]) -> Vec<Result<(), BoxError>> {
        Vec::new() // there is no event to publish
    }
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
