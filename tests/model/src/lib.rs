//! The saga as a model: every history of two requests within bounds, with the product's own decisions.
//!
//! The `domain` modules of matching and points decide; only what surrounds them is modelled. Messages are delivered in any
//! order. A handler reads and decides in one step and writes in a later one, on the conditions of its store, so that
//! several handlers interleave in every way. A handler may die between its write and its publication; its message stays
//! queued until then. An event that is published late is a message delivered late, so that write and publication are one
//! step where no handler dies. Time stands still, a read sees a table at one moment, and any available partner may be
//! chosen. README.md explains how to read a failure.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "an error in the model has to fail the test"
)]

mod action;
mod cache;
mod commit;
mod fingerprinted;
mod ledger;
mod matching;
mod message;
mod properties;
mod safeguard;
mod system_state;
mod table;
mod workload;

use contract::EventType::{PointsPurchased, RequestMatched};
use jiff::Timestamp;
use stateright::{Model, Property};

use action::Action;
pub use cache::Cache;
use fingerprinted::Fingerprinted;
use message::{Message, MessageState, Outcome};
pub use safeguard::Safeguard;
pub use system_state::FaultBudget;
use system_state::SystemState;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// The model and its bounds.
pub struct Saga {
    /// The attempt that ends as unmatched when no partner is available.
    pub max_attempts: u32,
    /// The most handlers between their read and their write.
    pub max_handlers: usize,
    /// The faults of one history.
    pub faults: FaultBudget,
    /// Whether the first partner's purchase, and a registration with a higher fee, come at any time instead of first.
    pub partner_changes_late: bool,
    /// A safeguard that the product lacks.
    pub disabled: Option<Safeguard>,
    /// The results so far.
    pub cache: Cache,
}

impl Model for Saga {
    type State = SystemState;
    type Action = Action;

    fn init_states(&self) -> Vec<SystemState> {
        vec![workload::initial_state(self)]
    }

    fn actions(&self, state: &SystemState, actions: &mut Vec<Action>) {
        if state.pending.len() < self.max_handlers {
            for message in state.messages_in(MessageState::Queued) {
                let outcomes = self.outcomes(state, message).into_iter();
                actions.extend(outcomes.map(|outcome| Action::deliver(message.clone(), outcome)));
            }
        }
        let dead_letters = state.messages_in(MessageState::DeadLettered);
        actions.extend(state.pending.iter().cloned().map(Action::Commit));
        actions.extend(dead_letters.cloned().map(Action::Redrive));
        let faults = state.faults;
        if faults.total.min(faults.redeliveries) > 0 {
            let acknowledged = state.messages_in(MessageState::Acknowledged);
            let messages = acknowledged.chain(state.messages_in(MessageState::InHandler));
            actions.extend(messages.cloned().map(Action::Redeliver));
        }
        if faults.total.min(faults.crashes) > 0 {
            actions.extend(state.pending.iter().cloned().map(Action::Crash));
        }
        if faults.total.min(faults.dead_letters) > 0 {
            let queued = state.messages_in(MessageState::Queued);
            actions.extend(queued.cloned().map(Action::DeadLetter));
        }
    }

    fn next_state(&self, state: &SystemState, action: Action) -> Option<SystemState> {
        use MessageState::{Acknowledged, DeadLettered, InHandler, Queued};
        let mut next = state.clone();
        match action {
            Action::Handle(message, outcome) => handle(&mut next, &message, &outcome),
            Action::Decide(pending) => next.begin_write(pending),
            Action::Commit(pending) => self.finish(&mut next, &pending),
            Action::Crash(pending) => {
                next.faults.crashes -= 1;
                next.faults.total -= 1;
                if !self.commit(&mut next, &pending.write) {
                    return None; // the same as if it had never read
                }
                let acknowledged = self.disabled == Some(Safeguard::PublishBeforeAcknowledge);
                next.end_write(&pending, acknowledged);
            }
            Action::Redeliver(message) => {
                next.faults.redeliveries -= 1;
                next.faults.total -= 1;
                next.move_message(&message, Acknowledged, Queued);
                next.move_message(&message, InHandler, Queued);
            }
            Action::DeadLetter(message) => {
                next.faults.dead_letters -= 1;
                next.faults.total -= 1;
                next.move_message(&message, Queued, DeadLettered);
            }
            Action::Redrive(message) => next.move_message(&message, DeadLettered, Queued),
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

impl Saga {
    /// The possible outcomes of handling a message, if its handler reads the tables now.
    fn outcomes(&self, state: &SystemState, message: &Fingerprinted<Message>) -> Vec<Outcome> {
        let SystemState { table, ledger, .. } = state;
        let (disabled, cached) = (self.disabled, &self.cache.outcomes);
        match message.event().event_type() {
            RequestMatched | PointsPurchased => cached.get(message, ledger, || vec![ledger.outcome(message, disabled)]),
            _ => cached.get(message, table, || {
                matching::outcomes(table, message, self.max_attempts, disabled)
            }),
        }
    }
}

fn handle(state: &mut SystemState, message: &Fingerprinted<Message>, outcome: &Outcome) {
    let next = match outcome {
        Outcome::Rejected => MessageState::Quarantined,
        _ => MessageState::Acknowledged,
    };
    state.move_message(message, MessageState::Queued, next);
    if let Outcome::Done(publication) = outcome {
        state.publish(publication.as_ref());
    }
}
