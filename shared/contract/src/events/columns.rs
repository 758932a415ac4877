//! What the table of events says of a type, besides its text and its data.

use crate::{Source, codes::codes};

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
