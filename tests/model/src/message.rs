//! Messages, their states, and the outcomes of handling them.

use std::fmt;

use contract::{Event, Publication, Received};
use matching::domain::{Registration, Transition};
use points::domain::Decision;
use serde_json::Value;

use super::fingerprinted::Fingerprinted;
use builders::events::decode;

/// A message with an event.
pub struct Message {
    /// The event in its envelope.
    pub received: Received,
    /// The id of the event that caused it; none for a producer's.
    pub cause: Option<String>,
}

/// Where a message is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// In its queue, to be delivered at any time.
    Queued,
    /// Invisible while a handler has it.
    InHandler,
    /// Handled and deleted.
    Acknowledged,
    /// In quarantine.
    Quarantined,
    /// In a dead-letter queue.
    DeadLettered,
    /// In a queue that neither matching nor points reads.
    OutsideSaga,
}

/// The outcome of handling a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// There is nothing to write; a saved event may have to be published again.
    Done(Option<Fingerprinted<Message>>),
    /// There is something to write.
    Write(Fingerprinted<Write>),
    /// The message can never succeed.
    Rejected,
}

/// A conditional write, and the event to publish after it.
pub struct Write {
    /// What is written.
    pub change: Change,
    /// The event.
    pub publication: Option<Fingerprinted<Message>>,
}

/// What is written, on the conditions of its store.
#[derive(Debug)]
pub enum Change {
    /// A request's transition.
    Transition(Box<Transition>),
    /// A partner's newer registration.
    Registration(Registration),
    /// A decision on an account.
    Decision(Box<Decision>),
}

impl Message {
    /// The message with this body.
    pub fn parse(body: &str) -> Fingerprinted<Self> {
        let envelope: Value = serde_json::from_str(body).unwrap();
        let message = Self {
            received: decode(body),
            cause: envelope["causationid"].as_str().map(str::to_owned),
        };
        Fingerprinted::of(message, body)
    }

    /// Its event.
    pub fn event(&self) -> &Event {
        &self.received.event
    }
}

impl Outcome {
    /// The outcome that writes this change.
    pub fn write(change: Change, publication: Option<&Publication>) -> Self {
        let body = publication.map_or("", |publication| &publication.body);
        let text = format!("{change:?} {body}");
        let publication = publication.map(|publication| Message::parse(&publication.body));
        let write = Write { change, publication };
        Self::Write(Fingerprinted::of(write, &text))
    }

    /// The outcome that writes nothing.
    pub fn done(publication: Option<&Publication>) -> Self {
        Self::Done(publication.map(|publication| Message::parse(&publication.body)))
    }
}

/// Short, since a counterexample is a list of these.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (event, correlation_id) = (self.event(), &self.received.correlation_id);
        let subject = event.subject();
        write!(f, "{} {subject}", event.event_type())?;
        if !subject.starts_with(&**correlation_id) {
            write!(f, " of {correlation_id}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.publication {
            Some(event) => write!(f, "{event:?}"),
            None => f.write_str("nothing to publish"),
        }
    }
}
