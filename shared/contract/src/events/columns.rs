//! What the table of events says of a type, besides its text and its data.

use crate::Source;

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

/// What the message group of a type's events is, within which they keep their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageGroup {
    /// The partner's id.
    Partner,
    /// The customer's id.
    Customer,
    /// The group of the quarantined record, else its message id.
    Record,
}
