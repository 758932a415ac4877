//! What was taken out of the flow and is kept: dead letters, records in quarantine, and events that the topic could not deliver.

mod chosen;
mod drain;
mod failed;
mod group;
mod message;
pub mod queue;

use futures_util::future::try_join_all;
use wiring::DEPLOYED;

pub use chosen::Chosen;
pub use drain::{Action, Hiding, PartlySeen, Taken, drain};
pub use failed::{About, Failed, Kind, put_back, take_out};
pub use group::{By, Group, groups};
pub use message::Message;

use crate::failure::Failure;
use crate::stack::Stack;

/// What one queue keeps, as far as it was shown.
#[derive(Debug)]
pub struct Held<T = Failed> {
    /// The queue's name, without the stack's.
    pub queue: &'static str,
    /// What it keeps.
    pub kind: Kind,
    /// How many messages are on it, approximately.
    pub count: u64,
    /// How many of these others had received before.
    pub in_flight: u64,
    /// Those that were looked at, or what was kept of each.
    pub failed: Vec<T>,
}

impl<T> Held<T> {
    /// Whether there may be more than was looked at.
    pub fn is_partial(&self) -> bool {
        (self.failed.len() as u64) < self.count
    }
}

/// The kind of failure that a queue keeps; none where functions read it.
pub fn kind_of(queue: &str) -> Option<Kind> {
    match queue {
        "quarantine.fifo" => Some(Kind::Quarantined),
        "undelivered.fifo" => Some(Kind::Undelivered),
        _ => DEPLOYED.sources_of(queue).next().map(|_| Kind::DeadLetter),
    }
}

/// The queues that keep what failed, each with the kind of failure.
fn kept_queues() -> impl Iterator<Item = (&'static str, Kind)> {
    let queues = DEPLOYED.queues.iter().map(|queue| &*queue.name);
    queues.filter_map(|queue| Some((queue, kind_of(queue)?)))
}

/// A queue that keeps what failed, by its name with or without its `.fifo`.
pub fn a_kept_queue(name: &str) -> Result<&'static str, String> {
    let queues = kept_queues().map(|(queue, _)| queue);
    queue_named(name, queues).map_err(|names| format!("what failed is in {names}"))
}

/// The one of these queues that has this name, with or without its `.fifo`; or else all their names.
pub fn queue_named(name: &str, queues: impl Iterator<Item = &'static str>) -> Result<&'static str, String> {
    let plain = |name: &'static str| name.trim_end_matches(".fifo");
    let queues: Vec<&'static str> = queues.collect();
    let found = queues
        .iter()
        .find(|queue| plain(queue) == name.trim_end_matches(".fifo"));
    let names = || queues.iter().map(|queue| plain(queue)).collect::<Vec<_>>().join(", ");
    found.copied().ok_or_else(names)
}

/// Looks at all that is kept, at most `limit` messages a queue, and leaves it where it is. Bodies and attributes are not kept in memory.
pub async fn look(stack: &Stack, limit: usize) -> Result<Vec<Held>, Failure> {
    look_at(stack, &[], limit, Failed::without_contents).await
}

/// Looks at what these queues keep, or all of them if none is named; of each failure it keeps what `each` makes of it.
pub async fn look_at<T>(
    stack: &Stack,
    queues: &[&'static str],
    limit: usize,
    each: impl Fn(Failed) -> T,
) -> Result<Vec<Held<T>>, Failure> {
    let client = aws_sdk_sqs::Client::new(&stack.config);
    let asked = kept_queues().filter(|(queue, _)| queues.is_empty() || queues.contains(queue));
    let looks = asked.map(async |(queue, kind)| {
        let each = |message| each(Failed::new(queue, kind, message));
        let peeked = queue::peek(&client, stack.queue_url(queue)?, limit, each).await?;
        Ok::<_, Failure>(Held {
            queue,
            kind,
            count: peeked.count,
            in_flight: peeked.in_flight,
            failed: peeked.messages,
        })
    });
    try_join_all(looks).await
}
