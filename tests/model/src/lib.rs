//! The saga as a model: every history of two requests, told by the product's own decisions.
//!
//! Matching's and points' `domain` decide; what is modelled is only what surrounds them. Messages are delivered in any
//! order. A handler reads and decides in one step and writes in a later one, on the conditions of its store, so that
//! several handlers interleave in every way. One may die between its write and its publication; the message is in its
//! queue until then. What is published late is a message delivered late, so writing and publishing are one step where
//! nobody dies. Time stands still, a read sees a table at one moment, and any free partner may be the one drawn.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "what is wrong here has to fail a test"
)]

mod action;
mod guards;
mod inputs;
mod item;
mod ledger;
mod matching;
mod memory;
mod message;
mod properties;
mod table;
mod world;
mod writing;

use contract::EventType::{PointsPurchased, RequestMatched};
use jiff::Timestamp;
use stateright::{Model, Property};

use action::Action;
pub use guards::Guard;
use item::Item;
pub use memory::Memory;
use message::{Message, Outcome, Place};
pub use world::Faults;
use world::World;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// The model and its bounds.
pub struct Saga {
    /// From this decision on, nobody free means the end.
    pub max_attempts: u32,
    /// Handlers at work at once.
    pub handlers: usize,
    /// What may go wrong.
    pub faults: Faults,
    /// Whether the first partner's account is opened, and its fee raised, only on the way.
    pub late: bool,
    /// A guard that is left out.
    pub without: Option<Guard>,
    /// What was worked out before.
    pub memory: Memory,
}

impl Model for Saga {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![inputs::world(self)]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        for message in world.at(Place::InFlight) {
            let outcomes = self.outcomes(world, message);
            let idle = world.pending.len() < self.handlers;
            let deliveries = outcomes.into_iter().filter(|_| idle);
            actions.extend(deliveries.map(|outcome| Action::deliver(message.clone(), outcome)));
        }
        actions.extend(world.pending.iter().cloned().map(Action::Commit));
        actions.extend(world.at(Place::Lost).cloned().map(Action::Redrive));
        let Faults {
            repeats,
            crashes,
            losses,
            in_all,
        } = world.faults;
        if in_all.min(repeats) > 0 {
            let again = world.at(Place::Done).chain(world.at(Place::Taken));
            actions.extend(again.cloned().map(Action::Repeat));
        }
        if in_all.min(crashes) > 0 {
            actions.extend(world.pending.iter().cloned().map(Action::Crash));
        }
        if in_all.min(losses) > 0 {
            actions.extend(world.at(Place::InFlight).cloned().map(Action::Lose));
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        match action {
            Action::Handle(message, outcome) => handle(&mut next, &message, &outcome),
            Action::Read(pending) => next.begin(pending),
            Action::Commit(pending) => self.finish(&mut next, &pending),
            Action::Crash(pending) => {
                next.faults.crashes -= 1;
                next.faults.in_all -= 1;
                if !self.commit(&mut next, &pending.write) {
                    return None; // as good as never read
                }
                next.end(&pending, self.without == Some(Guard::Outbox));
            }
            Action::Repeat(message) => {
                next.faults.repeats -= 1;
                next.faults.in_all -= 1;
                next.put(&message, Place::Done, Place::InFlight);
                next.put(&message, Place::Taken, Place::InFlight);
            }
            Action::Lose(message) => {
                next.faults.losses -= 1;
                next.faults.in_all -= 1;
                next.put(&message, Place::InFlight, Place::Lost);
            }
            Action::Redrive(message) => next.put(&message, Place::Lost, Place::InFlight),
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

impl Saga {
    /// What the handler of a message may do, if it reads now.
    fn outcomes(&self, world: &World, message: &Item<Message>) -> Vec<Outcome> {
        let known = &self.memory.outcomes;
        match message.event().event_type() {
            RequestMatched | PointsPurchased => known.get(message, &world.ledger, || {
                vec![world.ledger.outcome(message, self.without)]
            }),
            _ => known.get(message, &world.table, || {
                matching::outcomes(&world.table, message, self.max_attempts, self.without)
            }),
        }
    }
}

fn handle(world: &mut World, message: &Item<Message>, outcome: &Outcome) {
    let place = if *outcome == Outcome::Refused {
        Place::Refused
    } else {
        Place::Done
    };
    world.put(message, Place::InFlight, place);
    if let Outcome::Done(told) = outcome {
        world.publish(told.as_ref());
    }
}
