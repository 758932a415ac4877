//! A state of the system: both tables, every message, and the handlers between their read and their write.

use std::collections::BTreeMap;
use std::fmt;

use contract::Event;

use super::fingerprinted::Fingerprinted;
use super::ledger::Ledger;
use super::message::{Message, MessageState, Write};
use super::table::Table;
use super::workload;

/// How many faults may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FaultBudget {
    /// Messages that are delivered again although they were acknowledged or are being handled.
    pub redeliveries: u8,
    /// Handlers that die between their write and their publication.
    pub crashes: u8,
    /// Messages that go to a dead-letter queue.
    pub dead_letters: u8,
    /// Faults of all kinds together.
    pub total: u8,
}

impl FaultBudget {
    /// A budget with the same number for each kind.
    pub fn new(each: u8, total: u8) -> Self {
        Self {
            redeliveries: each,
            crashes: each,
            dead_letters: each,
            total,
        }
    }
}

/// A state of the system.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SystemState {
    /// Matching's table.
    pub table: Fingerprinted<Table>,
    /// Points' ledger.
    pub ledger: Fingerprinted<Ledger>,
    /// Every message that was ever sent.
    pub messages: BTreeMap<Fingerprinted<Message>, MessageState>,
    /// The writes that handlers have decided on and not tried yet, sorted.
    pub pending: Vec<PendingWrite>,
    /// How many faults may still happen.
    pub faults: FaultBudget,
}

/// A handler between its read and its write.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PendingWrite {
    /// The message that it handles.
    pub message: Fingerprinted<Message>,
    /// The write that it decided on.
    pub write: Fingerprinted<Write>,
}

/// Short, since a counterexample is a list of these.
impl fmt::Debug for PendingWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} => {:?}", self.message, self.write)
    }
}

impl SystemState {
    /// The messages in this state.
    pub fn messages_in(&self, state: MessageState) -> impl Iterator<Item = &Fingerprinted<Message>> {
        let messages = self
            .messages
            .iter()
            .filter(move |(_, of_message)| **of_message == state);
        messages.map(|(message, _)| message)
    }

    /// Moves a message from one state to another, if it is in the first.
    pub fn move_message(&mut self, message: &Fingerprinted<Message>, from: MessageState, to: MessageState) {
        if let Some(state) = self.messages.get_mut(message)
            && *state == from
        {
            *state = to;
        }
    }

    /// Publishes an event, unless it was published before. From then on, its match may be closed.
    pub fn publish(&mut self, event: Option<&Fingerprinted<Message>>) {
        let Some(message) = event else { return };
        let state = match message.event() {
            Event::RequestUnmatched(_) => MessageState::OutsideSaga,
            _ => MessageState::Queued,
        };
        self.messages.entry(message.clone()).or_insert(state);
        if let Event::RequestMatched(matched) = message.event()
            && let Some(close) = workload::close(matched)
        {
            self.messages.entry(close).or_insert(MessageState::Queued);
        }
    }

    /// Adds a handler that has read and decided.
    pub fn begin_write(&mut self, pending: PendingWrite) {
        self.move_message(&pending.message, MessageState::Queued, MessageState::InHandler);
        self.pending.push(pending);
        self.pending.sort(); // the order of the handlers makes no other state
    }

    /// Removes a handler; its message is acknowledged or will be handled again.
    pub fn end_write(&mut self, pending: &PendingWrite, acknowledged: bool) {
        if let Some(position) = self.pending.iter().position(|other| other == pending) {
            self.pending.remove(position);
        }
        let next = if acknowledged {
            MessageState::Acknowledged
        } else {
            MessageState::Queued
        };
        self.move_message(&pending.message, MessageState::InHandler, next);
    }

    /// Whether no message is left to handle, nor to redrive.
    pub fn is_quiet(&self) -> bool {
        !self.messages.values().any(|state| {
            matches!(
                state,
                MessageState::Queued | MessageState::InHandler | MessageState::DeadLettered
            )
        })
    }
}
