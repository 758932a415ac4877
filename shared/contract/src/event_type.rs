//! What the table of events says of a type, besides its text and its data.

use std::str::FromStr;

use crate::{EventType, Source, codes::codes, values::Expected};

/// Where events of a type come from, and so which way they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emitter {
    /// A system outside, in words: it sends them to one of the queues.
    Producer(&'static str),
    /// A function, which publishes them on the topic.
    Function(Source),
    /// Each function: it sends them to the quarantine queue.
    AnyFunction,
}

codes! {
    /// What the message group of a type's events is, within which they keep their order.
    MessageGroup {
        /// The partner's id.
        Partner = "partner id",
        /// The customer's id.
        Customer = "customer id",
        /// That of the quarantined record.
        Record = "the record's group, else its message id",
    }
}

impl FromStr for EventType {
    type Err = Expected;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|t| t.as_str() == text);
        found.copied().ok_or(Expected("a known event type"))
    }
}
