//! The invariants of docs/understand/guarantees.md, held against what was sent, published, stored and texted. It shares no code with
//! the product: all that it sees is JSON.

mod answers;
mod lives;
mod news;
mod partners;
mod points;
mod published;
mod quarantine;
mod rest;
mod telling;
mod texts;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use batch::Clock as _;
use serde_json::{Value, json};

use super::World;
use super::poller::Invocation;
use super::stored::stored;

/// What holds, or the first thing that does not.
type Holds = Result<(), String>;

/// Fails with this text unless that is so.
macro_rules! holds {
    ($so:expr, $($otherwise:tt)+) => {
        if !$so {
            return Err(format!($($otherwise)+));
        }
    };
}
use holds;

/// What was seen so far.
#[derive(Default)]
pub struct Checker {
    stored: Value,
    published: published::Published,
    lives: lives::Lives,
    decided: points::Decided,
    texts: texts::Texts,
}

impl Checker {
    /// Of a world whose functions' clocks may be wrong by so much.
    pub fn new(clock_error: Duration) -> Self {
        Self {
            lives: lives::Lives::new(clock_error),
            ..Self::default()
        }
    }

    /// After a step: only a call to the outside changes anything.
    pub fn step(&mut self, world: &World) -> Holds {
        if world.network.take_written() {
            let stored = stored(&world.functions.tables);
            let before = std::mem::replace(&mut self.stored, stored);
            self.written(&before, world.network.time.now())?;
        }
        if world.network.take_served() {
            self.texts.step(world, &self.stored)?;
            self.published.step(world, &self.stored)?;
        }
        Ok(())
    }

    fn written(&mut self, before: &Value, now: SystemTime) -> Holds {
        let after = &self.stored;
        self.lives.step(before, after, now)?;
        self.decided.step(before, after, now)?;
        texts::stories(before, after)?;
        self.published.save(after);
        Ok(())
    }

    /// Lambda got an answer.
    pub fn answered(&self, world: &World, invocation: &Invocation<'_>, answer: &Value) -> Holds {
        answers::answered(world, invocation, answer, &self.decided)
    }

    /// The world is at rest.
    pub fn rest(&self, world: &World) -> Holds {
        let stored = stored(&world.functions.tables);
        rest::rest(world, &stored, &self.published)?;
        self.texts.rest(&stored)
    }

    /// How often which step of a life, which outcome and which reason for quarantine was seen.
    pub fn transitions(&self, world: &World) -> BTreeMap<String, usize> {
        let mut seen = self.lives.transitions.clone();
        seen.extend(self.published.outcomes.clone());
        seen.extend(quarantine::reasons(world));
        seen
    }
}

/// All steps of a life, outcomes and reasons for quarantine that there are.
pub fn transitions() -> impl Iterator<Item = String> {
    let outcomes = published::OUTCOMES.into_iter().chain(quarantine::REASONS);
    lives::steps().chain(outcomes.map(str::to_owned))
}

/// The elements of a list, by a member of theirs.
fn by<'a>(list: &'a Value, member: &str) -> BTreeMap<&'a str, &'a Value> {
    let elements = list.as_array().into_iter().flatten();
    elements
        .map(|element| (text(&element[member]), element))
        .collect()
}

fn list(of: &Value) -> impl Iterator<Item = &Value> {
    of.as_array().into_iter().flatten()
}

fn text(of: &Value) -> &str {
    of.as_str().unwrap_or("")
}

fn number(of: &Value) -> i128 {
    of.as_i64()
        .map_or_else(|| of.as_u64().unwrap_or(0).into(), i128::from)
}

fn time(of: &Value) -> SystemTime {
    let time: jiff::Timestamp = text(of).parse().unwrap();
    SystemTime::try_from(time).unwrap()
}

/// The event in a producer's message, whether it came by way of a topic or not.
fn event(body: &str) -> Value {
    let parsed = self::parsed(body);
    let within = parsed["Message"].as_str().map(self::parsed);
    within.unwrap_or(parsed)
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(json!(null))
}
