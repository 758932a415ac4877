//! What the table of events says of a type, besides its text and its data.

use crate::{Source, codes::codes};

/// Which way events of a type go, and who sends them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A system outside, in words, sends them to one of the queues.
    In(&'static str),
    /// A function publishes them on the topic.
    Out(Source),
    /// Each function sends them to the quarantine queue.
    Quarantine,
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
