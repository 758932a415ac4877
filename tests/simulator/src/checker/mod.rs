//! The checker: compares what was sent, stored, published and delivered to customers with the guarantees of
//! docs/understand/guarantees.md, after every step of the simulation and in the final state.
//!
//! It shares no code with the product: it sees messages, events and table items as JSON. Each file checks one subject and
//! says which guarantees, by their numbers, it is about.

mod batch_response;
mod contract;
mod customer_messages;
mod dead_letters;
mod event_content;
mod final_state;
mod guarantee;
mod ledger;
mod notifications;
mod partners;
mod published_events;
mod quarantine;
mod request_lifecycle;
mod tables;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use batch::Clock as _;
use serde_json::Value;

use super::event_source_mapping::Invocation;
use super::plan::dead_letter_queues;
use super::simulation::Simulation;
use super::snapshot::snapshot;
use customer_messages::CustomerMessages;
use dead_letters::DeadLetters;
use guarantee::ensure;
pub use guarantee::{Checked, Guarantee, Violation};
use ledger::DecisionTimes;
use published_events::PublishedEvents;
use request_lifecycle::RequestLifecycles;

/// The history of one simulation, as far as later checks need it.
#[derive(Default)]
pub struct Checker {
    /// The tables' items after the last write.
    tables: Value,
    published: PublishedEvents,
    requests: RequestLifecycles,
    decisions: DecisionTimes,
    messages: CustomerMessages,
    dead_letters: DeadLetters,
}

impl Checker {
    /// A checker of functions whose clocks are wrong by up to `max_clock_error`.
    pub fn new(max_clock_error: Duration) -> Self {
        Self {
            requests: RequestLifecycles::new(max_clock_error),
            ..Self::default()
        }
    }

    /// Checks what the last step changed: nothing, unless a call wrote to a table or reached SNS or SQS.
    pub fn after_step(&mut self, simulation: &Simulation) -> Checked {
        if simulation.network.take_tables_changed() {
            let tables = snapshot(&simulation.functions.tables);
            let before = std::mem::replace(&mut self.tables, tables);
            self.after_write(&before, simulation.network.time.now())?;
        }
        if simulation.network.take_aws_changed() {
            self.messages.after_call(simulation, &self.tables)?;
            self.published.after_call(simulation, &self.tables)?;
            self.dead_letters.after_call(simulation)?;
        }
        Ok(())
    }

    fn after_write(&mut self, before: &Value, now: SystemTime) -> Checked {
        let after = &self.tables;
        self.requests.after_write(before, after, now)?;
        self.decisions.after_write(before, after, now)?;
        tables::check(after)?;
        customer_messages::after_write(before, after)?;
        self.published.record_saved(after);
        Ok(())
    }

    /// Checks what a function answered to an invocation.
    pub fn answered(&self, simulation: &Simulation, invocation: &Invocation<'_>, answer: &Value) -> Checked {
        batch_response::check(simulation, invocation, answer, &self.decisions)
    }

    /// Checks what must hold once all queues are drained.
    pub fn final_state(&self, simulation: &Simulation) -> Checked {
        let tables = snapshot(&simulation.functions.tables);
        final_state::check(simulation, &tables, &self.published)?;
        self.messages.final_state(&tables)
    }

    /// How often each transition of a request, kind of event, reason for quarantine and dead letter was observed.
    pub fn observations(&self, simulation: &Simulation) -> BTreeMap<String, usize> {
        let mut observations = self.requests.transitions.clone();
        observations.extend(self.published.kinds.clone());
        observations.extend(self.dead_letters.counts.clone());
        observations.extend(quarantine::count_by_reason(simulation));
        observations
    }
}

/// All that [`Checker::observations`] can name.
pub fn observable() -> impl Iterator<Item = String> {
    let kinds = published_events::KINDS.map(str::to_owned);
    request_lifecycle::transitions()
        .chain(kinds)
        .chain(quarantine::reasons())
        .chain(dead_letter_queues().map(dead_letters::set_aside_in))
}
