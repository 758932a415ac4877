//! The steps from one state of the system to the next.

use super::fingerprinted::Fingerprinted;
use super::message::{Message, Outcome};
use super::system_state::PendingWrite;

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A handler gets a message, and has nothing to write.
    Handle(Fingerprinted<Message>, Outcome),
    /// A handler gets a message, reads, and decides what to write.
    Decide(PendingWrite),
    /// A handler tries its write. If the conditions hold, it publishes and acknowledges; if not, the message is handled again.
    Commit(PendingWrite),
    /// A handler writes and dies before it publishes.
    Crash(PendingWrite),
    /// A message is delivered again although it was acknowledged or is being handled.
    Redeliver(Fingerprinted<Message>),
    /// A message goes to a dead-letter queue.
    DeadLetter(Fingerprinted<Message>),
    /// A message comes back from a dead-letter queue.
    Redrive(Fingerprinted<Message>),
}

impl Action {
    /// The step of a handler that gets this message, with this outcome.
    pub fn deliver(message: Fingerprinted<Message>, outcome: Outcome) -> Self {
        match outcome {
            Outcome::Write(write) => Self::Decide(PendingWrite { message, write }),
            outcome => Self::Handle(message, outcome),
        }
    }
}
