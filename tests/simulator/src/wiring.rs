//! Which queues there are, who listens to what, and who is fed by what: `wiring.json`, which a test compares with the
//! template, so that what is simulated is what is deployed.

use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;

use super::messages::{endpoint, is_disabled};
use super::sns::Subscription;
use super::sqs::{QueueSpec, seconds};
use super::wire::Aws;

/// Queues, subscriptions of the topic, and mappings to functions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wiring {
    /// The queues.
    pub queues: Vec<QueueSpec>,
    /// The topic's subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// Who is fed by which queue.
    pub mappings: Vec<Mapping>,
}

/// A Lambda event source mapping.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mapping {
    /// From this queue.
    pub queue: String,
    /// To this function.
    pub function: String,
    /// The most messages at once.
    pub batch_size: usize,
    /// How long Lambda waits for a batch to fill.
    #[serde(deserialize_with = "seconds")]
    pub window: Duration,
    /// The most invocations at once.
    pub concurrency: usize,
    /// The function's time-out.
    #[serde(deserialize_with = "seconds")]
    pub timeout: Duration,
}

impl Mapping {
    /// Whether its queue is a FIFO queue.
    pub fn is_fifo(&self) -> bool {
        let suffix = self.queue.rsplit_once('.');
        suffix.is_some_and(|(_, suffix)| suffix == "fifo")
    }
}

/// What is deployed.
pub static DEPLOYED: LazyLock<Wiring> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../support/wiring.json")).unwrap());

/// Who is fed by which queue.
pub static MAPPINGS: LazyLock<&[Mapping]> = LazyLock::new(|| &DEPLOYED.mappings);

/// The names of the queues.
pub fn queues() -> impl Iterator<Item = &'static str> {
    DEPLOYED.queues.iter().map(|queue| &*queue.name)
}

/// What is deployed, with so many receives until a message is a dead letter.
pub fn aws(receives: u32) -> Aws {
    let mut wiring = DEPLOYED.clone();
    let dead_letters = wiring
        .queues
        .iter_mut()
        .filter_map(|queue| queue.dead_letters.as_mut());
    for dead_letters in dead_letters {
        dead_letters.max_receive_count = receives;
    }
    let mut aws = Aws::new(wiring);
    let disabled = (0..100).filter(|request| is_disabled(*request));
    disabled.for_each(|request| aws.phones.disable(endpoint(request)));
    aws
}
