//! One state of the world: both tables, every message, and the handlers in the middle of their work.

use std::collections::BTreeMap;

use contract::Event;

use super::inputs;
use super::item::Item;
use super::ledger::Ledger;
use super::message::{Message, Place, Write};
use super::table::Table;

/// How often which things may go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Faults {
    /// A message is delivered again although it was acknowledged, or is in a handler's hands.
    pub repeats: u8,
    /// A handler dies between its write and its publication.
    pub crashes: u8,
    /// A message goes to a dead-letter queue.
    pub losses: u8,
    /// Any of these.
    pub in_all: u8,
}

/// One state of the world.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    /// Matching's table.
    pub table: Item<Table>,
    /// Points' ledger.
    pub ledger: Item<Ledger>,
    /// Every message there ever was.
    pub messages: BTreeMap<Item<Message>, Place>,
    /// What handlers have decided on what they read, and not written yet.
    pub pending: Vec<Pending>,
    /// What may still go wrong.
    pub faults: Faults,
}

/// A handler between its read and its write.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pending {
    /// The message it handles.
    pub message: Item<Message>,
    /// What it is going to write.
    pub write: Item<Write>,
}

impl World {
    /// The messages that are there.
    pub fn at(&self, place: Place) -> impl Iterator<Item = &Item<Message>> {
        let here = move |(message, at): (_, &Place)| (*at == place).then_some(message);
        self.messages.iter().filter_map(here)
    }

    /// Moves a message from one place to another, if that is where it is.
    pub fn put(&mut self, message: &Item<Message>, from: Place, to: Place) {
        let place = self.messages.get_mut(message);
        if let Some(place) = place.filter(|place| **place == from) {
            *place = to;
        }
    }

    /// Sends what is published, unless it was sent before. Whoever hears of a match may close it from then on.
    pub fn publish(&mut self, told: Option<&Item<Message>>) {
        let Some(told) = told else { return };
        let place = match told.event() {
            Event::RequestUnmatched(_) => Place::Gone,
            _ => Place::InFlight,
        };
        self.messages.entry(told.clone()).or_insert(place);
        if let Event::RequestMatched(matched) = told.event()
            && let Some(close) = inputs::close(matched)
        {
            self.messages.entry(close).or_insert(Place::InFlight);
        }
    }

    /// A handler has read, and decided.
    pub fn begin(&mut self, pending: Pending) {
        self.put(&pending.message, Place::InFlight, Place::Taken);
        self.pending.push(pending);
        self.pending.sort(); // who came first makes no other state
    }

    /// A handler is through with a message: acknowledged, or to be handled again.
    pub fn end(&mut self, pending: &Pending, acknowledged: bool) {
        if let Some(position) = self.pending.iter().position(|other| other == pending) {
            self.pending.remove(position);
        }
        let place = if acknowledged {
            Place::Done
        } else {
            Place::InFlight
        };
        self.put(&pending.message, Place::Taken, place);
    }

    /// Nothing is under way, and nothing waits to be redriven.
    pub fn quiet(&self) -> bool {
        let busy = |place: &Place| matches!(place, Place::InFlight | Place::Taken | Place::Lost);
        !self.messages.values().any(busy)
    }
}

impl Faults {
    /// Each of them this often, and all together that often.
    pub fn up_to(each: u8, in_all: u8) -> Self {
        Self {
            repeats: each,
            crashes: each,
            losses: each,
            in_all,
        }
    }
}
