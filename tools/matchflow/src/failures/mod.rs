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
    /// What may still happen first, then the largest.
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
    /// Why not all was looked at, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    rest: Option<Rest>,
}

/// Why the rest of a queue was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Rest {
    /// `--max` allows no more.
    Limited,
    /// Another reader has received some of it, behind which others of its message group stand.
    HeldByOthers,
    /// It stands behind others of its message group, of which SQS gives no more while these are looked at.
    Behind,
    /// SQS did not give it: its counts are approximate.
    NotGiven,
}

impl Rest {
    fn of(held: &Held, limit: usize) -> Option<Self> {
        let has_groups = held.failed.iter().any(|failed| failed.message.group.is_some());
        let rest = if held.failed.len() >= limit {
            Self::Limited
        } else if held.in_flight > 0 {
            Self::HeldByOthers
        } else if has_groups {
            Self::Behind
        } else {
            Self::NotGiven
        };
        held.is_partial().then_some(rest)
    }
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
            rest: Rest::of(held, arguments.max),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held::{Failed, Kind, Message};

    fn held(groups: &[&str], count: u64, in_flight: u64) -> Held {
        let of = |group: &&str| Message {
            group: Some((*group).to_owned()),
            ..Message::default()
        };
        let failed = groups
            .iter()
            .map(|group| Failed::new("quarantine.fifo", Kind::Quarantined, of(group)));
        Held {
            queue: "quarantine.fifo",
            kind: Kind::Quarantined,
            count,
            in_flight,
            failed: failed.collect(),
        }
    }

    #[test]
    fn why_not_all_of_a_queue_was_looked_at_is_said() {
        let all = ["g", "h"];
        assert_eq!(Rest::of(&held(&all, 2, 0), 1000), None);
        assert_eq!(Rest::of(&held(&all, 3, 0), 1000), Some(Rest::Behind));
        assert_eq!(Rest::of(&held(&all, 3, 1), 1000), Some(Rest::HeldByOthers));
        assert_eq!(Rest::of(&held(&[], 3, 0), 1000), Some(Rest::NotGiven));
        assert_eq!(Rest::of(&held(&all, 3, 1), 2), Some(Rest::Limited));
    }
}
