//! Messages, where they are, and what a handler makes of one.

use std::fmt;

use contract::{Event, Publication, Received};
use matching::domain::{Registration, Transition};
use points::domain::Decision;
use serde_json::Value;

use super::item::Item;
use support::events::decode;

/// A message as it travels.
pub struct Message {
    /// What is in it.
    pub received: Received,
    /// The id of the event that caused it; none for what producers send.
    pub cause: Option<String>,
}

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In its queue, to be delivered at any time.
    InFlight,
    /// Hidden from other handlers while one is at it.
    Taken,
    /// Handled and acknowledged.
    Done,
    /// In quarantine.
    Refused,
    /// In a dead-letter queue.
    Lost,
    /// Out of the saga: only the customer hears of it.
    Gone,
}

/// What a handler makes of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Nothing to write: this is published again, if anything.
    Done(Option<Item<Message>>),
    /// To be written, on its conditions.
    Write(Item<Write>),
    /// It contradicts what is known.
    Refused,
}

/// A conditional write, and what is published once it is done.
pub struct Write {
    /// What is written.
    pub change: Change,
    /// What is published.
    pub publication: Option<Item<Message>>,
}

/// A conditional write.
#[derive(Debug)]
pub enum Change {
    /// A step of a request's life.
    Transition(Box<Transition>),
    /// A partner's newer version.
    Registration(Registration),
    /// A decision on an account.
    Decision(Box<Decision>),
}

impl Message {
    /// The message with this body.
    pub fn item(body: &str) -> Item<Self> {
        let envelope: Value = serde_json::from_str(body).unwrap();
        let message = Self {
            received: decode(body),
            cause: envelope["causationid"].as_str().map(str::to_owned),
        };
        Item::of(message, body)
    }

    /// What happened.
    pub fn event(&self) -> &Event {
        &self.received.event
    }
}

impl Outcome {
    /// The outcome that writes this change.
    pub fn write(change: Change, publication: Option<&Publication>) -> Self {
        let body = publication.map_or("", |publication| &publication.body);
        let text = format!("{change:?} {body}");
        let publication = publication.map(|publication| Message::item(&publication.body));
        Self::Write(Item::of(
            Write {
                change,
                publication,
            },
            &text,
        ))
    }

    /// The outcome that writes nothing.
    pub fn done(publication: Option<&Publication>) -> Self {
        Self::Done(publication.map(|publication| Message::item(&publication.body)))
    }
}

/// Short, since a counterexample is a list of these.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Received {
            event,
            correlation_id,
            ..
        } = &self.received;
        write!(
            f,
            "{} {correlation_id} {}",
            event.event_type(),
            event.subject()
        )
    }
}

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.publication {
            Some(told) => write!(f, "{told:?}"),
            None => f.write_str("nothing to publish"),
        }
    }
}
