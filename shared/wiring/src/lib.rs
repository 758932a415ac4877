//! The queues, the topic's subscriptions and the functions' event source mappings, as they are deployed.
//!
//! `wiring.json` has them; `tests/template/test_wiring.py` compares it with `template.yaml`. The tests' pipeline, the simulator and
//! the operator's program are built from it, so that all are wired as what is deployed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "it is compiled in, and a test reads it"
)]

mod allowing;
mod queue;
mod refusing;
mod required;
mod subscription;

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;

pub use allowing::{AllowStatement, Allowing, Principals};
pub use queue::{DeadLetters, QueueSpec};
pub use refusing::{Exempt, Exemption, QueueRefusing, Refusal, RefuseStatement, Refusing};
pub use required::{Required, TableSpec};
pub use subscription::{FilterPolicy, Rule, Subscription};

/// The deployed wiring.
pub static DEPLOYED: LazyLock<Wiring> = LazyLock::new(|| serde_json::from_str(include_str!("../wiring.json")).unwrap());

/// Queues, subscriptions and mappings of one deployment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wiring {
    /// All queues, dead-letter queues included.
    pub queues: Vec<QueueSpec>,
    /// The topic's subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// One event source mapping for each queue that a function reads.
    pub mappings: Vec<Mapping>,
    /// The functions' environment variables that hold a queue's URL, with the queue's name.
    pub variables: BTreeMap<String, String>,
    /// What a deployed stack must be besides.
    #[serde(default)]
    pub required: Required,
}

/// A Lambda event source mapping.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mapping {
    /// The name of the queue that is read.
    pub queue: String,
    /// The function that gets the batches.
    pub function: Function,
    /// The most messages of one batch.
    pub batch_size: usize,
    /// The longest wait for a batch to fill.
    #[serde(deserialize_with = "seconds")]
    pub window: Duration,
    /// The most invocations at the same time.
    pub concurrency: usize,
    /// The function's time-out.
    #[serde(deserialize_with = "seconds")]
    pub timeout: Duration,
}

impl Mapping {
    /// Whether its queue is a FIFO queue.
    pub fn is_fifo(&self) -> bool {
        self.queue.rsplit_once('.').is_some_and(|(_, suffix)| suffix == "fifo")
    }
}

/// A deployed function. Another one in the template has no place here until it gets a variant; the compiler then names the
/// places that build its handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub enum Function {
    /// Decides on requests and releases partners.
    Matching,
    /// Keeps the partners' accounts.
    Points,
    /// Sends push notifications and SMS to customers.
    Notification,
    /// Counts events.
    Statistics,
}

impl Function {
    /// All functions.
    pub const ALL: [Self; 4] = [Self::Matching, Self::Points, Self::Notification, Self::Statistics];

    /// Its name, without the stack's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Matching => "matching",
            Self::Points => "points",
            Self::Notification => "notification",
            Self::Statistics => "statistics",
        }
    }
}

impl TryFrom<String> for Function {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|function| function.name() == name)
            .ok_or_else(|| {
                format!("no handler is wired for function {name}: add it to `Function` in shared/wiring/src/lib.rs")
            })
    }
}

impl Wiring {
    /// The settings of a queue.
    pub fn queue(&self, name: &str) -> &QueueSpec {
        let queue = self.queues.iter().find(|queue| queue.name == name);
        queue.unwrap_or_else(|| panic!("there is no queue {name}: see shared/wiring/wiring.json"))
    }

    /// The mapping that reads a queue.
    pub fn mapping(&self, queue: &str) -> &Mapping {
        let mapping = self.mappings.iter().find(|mapping| mapping.queue == queue);
        mapping.unwrap_or_else(|| panic!("no function reads queue {queue}: see shared/wiring/wiring.json"))
    }

    /// The queues whose dead-letter queue this is.
    pub fn sources_of(&self, dead_letter_queue: &str) -> impl Iterator<Item = &str> {
        let queues = self.queues.iter().filter(move |queue| {
            let dead_letters = queue.dead_letters.as_ref();
            dead_letters.is_some_and(|dead_letters| dead_letters.queue == dead_letter_queue)
        });
        queues.map(|queue| &*queue.name)
    }

    /// How often SQS delivers a message before it moves it to its dead-letter queue: the same for all queues.
    pub fn max_receive_count(&self) -> u32 {
        let limits = self.queues.iter().filter_map(|queue| queue.dead_letters.as_ref());
        let mut counts: Vec<u32> = limits.map(|limit| limit.max_receive_count).collect();
        counts.dedup();
        assert!(
            counts.len() == 1,
            "functions know one number of receives, queues have {counts:?}"
        );
        counts[0]
    }

    /// The name of the queue whose URL is in this environment variable.
    pub fn queue_in(&self, variable: &str) -> &str {
        let queue = self.variables.get(variable);
        queue.unwrap_or_else(|| panic!("no queue's URL is in {variable}: see shared/wiring/wiring.json"))
    }

    /// The queues that get an event of this type from the topic, in the order of their subscriptions.
    pub fn subscribers<'a>(&'a self, event_type: &'a str) -> impl Iterator<Item = &'a str> {
        let accepting = self
            .subscriptions
            .iter()
            .filter(move |subscription| subscription.accepts(Some(event_type)));
        accepting.map(|subscription| &*subscription.queue)
    }
}

fn seconds<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    u64::deserialize(from).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_without_a_handler_is_an_error_that_names_it() {
        let fifth = include_str!("../wiring.json").replace("\"statistics\", \"batchSize\"", "\"audit\", \"batchSize\"");
        let error = serde_json::from_str::<Wiring>(&fifth).unwrap_err().to_string();
        assert!(
            error.starts_with("no handler is wired for function audit: add it to"),
            "{error}"
        );
    }
}
