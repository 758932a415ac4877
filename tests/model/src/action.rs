//! What may happen next.

use super::item::Item;
use super::message::{Message, Outcome};
use super::world::Pending;

/// What happens next.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A message is delivered, and nothing has to be written.
    Handle(Item<Message>, Outcome),
    /// A message is delivered, and a write decided on.
    Read(Pending),
    /// The write is tried. If it is done, what it says is published; if not, the message is handled anew.
    Commit(Pending),
    /// The write is done, and the handler dies.
    Crash(Pending),
    /// A message comes again although it was acknowledged, or is in a handler's hands.
    Repeat(Item<Message>),
    /// A message goes to a dead-letter queue.
    Lose(Item<Message>),
    /// It is put back.
    Redrive(Item<Message>),
}

impl Action {
    /// A message is delivered, and this comes of it.
    pub fn deliver(message: Item<Message>, outcome: Outcome) -> Self {
        match outcome {
            Outcome::Write(write) => Self::Read(Pending { message, write }),
            outcome => Self::Handle(message, outcome),
        }
    }
}
