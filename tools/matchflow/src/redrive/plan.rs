//! What a redrive would do.

use std::collections::BTreeMap;

use serde::Serialize;

use super::RedriveArguments;
use super::destination::{Destination, outgoing};
use super::screen;
use crate::held::{Chosen, Held};
use crate::report::Report;
use crate::screen::Screen;
use crate::shell;
use crate::stack::Stack;

/// What a redrive would do.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// What would be put back.
    pub moves: Vec<Move>,
    /// What would stay, and why.
    pub refused: Vec<Refused>,
    /// The queues of which not all could be looked at.
    pub partly_seen: Vec<&'static str>,
    /// The command that does it.
    pub command: String,
}

/// Messages that would go from one place to another.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Move {
    pub count: usize,
    pub from: &'static str,
    pub to: &'static str,
}

/// Messages that would stay.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refused {
    pub count: usize,
    pub from: &'static str,
    pub why: String,
}

impl Plan {
    /// What would be done with what is held.
    pub fn of(stack: &Stack, held: &[Held], chosen: &Chosen, arguments: &RedriveArguments) -> Self {
        let (mut moves, mut refused) = (BTreeMap::new(), BTreeMap::new());
        let all = held
            .iter()
            .flat_map(|held| &held.failed)
            .filter(|failed| chosen.has(failed));
        for failed in all.take(arguments.max) {
            match outgoing(failed, &stack.name, arguments.onto_trusted_queues) {
                Ok(outgoing) => *moves.entry((failed.queue, name_of(&outgoing.destination))).or_default() += 1,
                Err(why) => *refused.entry((failed.queue, why)).or_default() += 1,
            }
        }
        let moves = moves.into_iter().map(|((from, to), count)| Move { count, from, to });
        let refused = refused
            .into_iter()
            .map(|((from, why), count)| Refused { count, from, why });
        Self {
            moves: moves.collect(),
            refused: refused.collect(),
            partly_seen: held
                .iter()
                .filter(|held| held.is_partial())
                .map(|held| held.queue)
                .collect(),
            command: shell::line(&arguments.command()),
        }
    }
}

/// A destination's name for people.
pub fn name_of(destination: &Destination) -> &'static str {
    match destination {
        Destination::Queue(queue) => queue,
        Destination::Topic => "the topic",
    }
}

impl Report for Plan {
    fn write(&self, screen: &mut Screen) {
        screen::write_plan(self, screen);
    }
}
