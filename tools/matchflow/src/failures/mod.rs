//! `matchflow failures`: all that failed, in groups.

mod page;
mod screen;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use crate::failure::Failure;
use crate::held::{self, By, Group, Held, groups};
use crate::report::Report;
use crate::screen::Screen;
use crate::stack::Stack;

/// What to show of the failures.
#[derive(Debug, Args)]
pub struct FailuresArguments {
    /// What makes a group
    #[arg(long, value_enum, default_value_t = By::Cause)]
    pub by: By,
    /// The most messages to look at in each queue
    #[arg(long, default_value_t = 1000, value_name = "N")]
    pub max: usize,
}

/// All that failed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failures {
    /// The largest group first.
    groups: Vec<Group>,
    /// The queues that were looked at.
    looked: Vec<Looked>,
    now: Timestamp,
}

/// How much of a queue was looked at.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Looked {
    queue: &'static str,
    at: usize,
    of: u64,
}

impl Failures {
    /// Looks at all that failed.
    pub async fn of(stack: &Stack, arguments: &FailuresArguments) -> Result<Self, Failure> {
        let held = held::look(stack, arguments.max).await?;
        let now = Timestamp::now();
        let looked = |held: &Held| Looked {
            queue: held.queue,
            at: held.failed.len(),
            of: held.count,
        };
        Ok(Self {
            groups: groups(held.iter().flat_map(|held| &held.failed), arguments.by, now),
            looked: held.iter().filter(|held| held.count > 0).map(looked).collect(),
            now,
        })
    }
}

impl Report for Failures {
    fn write(&self, screen: &mut Screen) {
        screen::write(self, screen);
    }

    fn exit_code(&self) -> u8 {
        u8::from(self.looked.iter().any(|looked| looked.of > 0))
    }
}
