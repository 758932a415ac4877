//! What a redrive would do.

use std::collections::BTreeMap;

use serde::Serialize;

use super::RedriveArguments;
use super::destination::{Destination, outgoing};
use super::screen;
use crate::consumers::why_not_read;
use crate::failure::Failure;
use crate::held::{Failed, Held};
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

/// A message that was chosen: where it goes from where, or why it stays.
#[derive(Debug)]
pub struct Considered {
    from: &'static str,
    to: Result<Destination, String>,
}

impl Considered {
    pub fn of(failed: &Failed, stack: &Stack, arguments: &RedriveArguments) -> Self {
        let outgoing = outgoing(failed, &stack.name, arguments.onto_trusted_queues);
        Self {
            from: failed.queue,
            to: outgoing.map(|outgoing| outgoing.destination),
        }
    }
}

/// What is known of the queues that messages go to.
#[derive(Debug, Default)]
pub struct Readers(BTreeMap<&'static str, Option<String>>);

impl Readers {
    /// Why nothing may be put back there: no function reads the queue, and a ramp waits for effects.
    pub async fn refuse(&mut self, stack: &Stack, destination: &Destination) -> Result<Option<String>, Failure> {
        let Some(queue) = destination.queue() else {
            return Ok(None);
        };
        if !self.0.contains_key(queue) {
            self.0.insert(queue, why_not_read(stack, queue).await?);
        }
        Ok(self.0[queue].clone())
    }
}

impl Plan {
    /// What would be done with what is held.
    pub async fn of(
        stack: &Stack,
        held: &[Held<Option<Considered>>],
        arguments: &RedriveArguments,
    ) -> Result<Self, Failure> {
        let (mut moves, mut refused) = (BTreeMap::new(), BTreeMap::new());
        let mut readers = Readers::default();
        let chosen = held.iter().flat_map(|held| held.failed.iter().flatten());
        for Considered { from, to } in chosen.take(arguments.max) {
            let why_not = match to {
                Ok(destination) => readers.refuse(stack, destination).await?,
                Err(why) => Some(why.clone()),
            };
            match (to, why_not) {
                (Ok(destination), None) => *moves.entry((*from, name_of(destination))).or_default() += 1,
                (_, why) => *refused.entry((*from, why.unwrap_or_default())).or_default() += 1,
            }
        }
        let moves = moves.into_iter().map(|((from, to), count)| Move { count, from, to });
        let refused = refused
            .into_iter()
            .map(|((from, why), count)| Refused { count, from, why });
        Ok(Self {
            moves: moves.collect(),
            refused: refused.collect(),
            partly_seen: held
                .iter()
                .filter(|held| held.is_partial())
                .map(|held| held.queue)
                .collect(),
            command: shell::line(&arguments.command()),
        })
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
