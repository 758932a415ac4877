//! Guards that can be left out, to see the checker notice.

/// A guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Points looks for what it decided under the key, and writes on the condition that there is nothing.
    Identity,
    /// Points writes on the condition that the account's sequence is the one read.
    Sequence,
    /// Matching writes on the condition that the request's attempt and state are those read.
    Stage,
    /// Matching draws from the partners that are free.
    Free,
    /// Matching claims on the condition that room is left.
    Capacity,
    /// A match that ends frees its partner.
    Freeing,
    /// A match closed before its charge is answered is remembered as closed.
    Closing,
    /// What is published was saved before.
    Saving,
    /// A repeat publishes what was saved again.
    Repeating,
    /// What was saved is published again, not what would be decided now.
    Verbatim,
    /// A message is acknowledged only after what it caused was published.
    Outbox,
}
