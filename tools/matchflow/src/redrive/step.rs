//! A step of the ramp: so many messages, and whether they were handled.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_sqs::Client;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde_json::Value;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep};
use wiring::DEPLOYED;

use crate::failure::Failure;
use crate::held::{self, queue};
use crate::stack::Stack;

const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// The most failures of each queue among which those of a step are looked for.
const LOOKED_AT: usize = 1000;

/// What became of a step's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Handled,
    FailsAgain,
    NotHandled,
}

/// A step of the ramp.
pub struct Step {
    /// The sizes of the steps after this one.
    sizes: Vec<usize>,
    size: usize,
    sent: usize,
    /// The bodies that were sent in this step.
    bodies: BTreeSet<String>,
    began: Timestamp,
    /// What was on all queues of work before it.
    before: u64,
    ticks: Interval,
}

impl Step {
    /// The first step. Behind the last one, steps are as long as that.
    pub async fn first(stack: &Stack, client: &Client, ramp: &[usize], rate: f64) -> Result<Self, Failure> {
        let mut sizes: Vec<usize> = ramp.iter().copied().map(|size| size.max(1)).rev().collect();
        let size = sizes.pop().unwrap_or(1);
        let mut ticks = interval(Duration::from_secs_f64(1.0 / rate));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            sizes,
            size,
            sent: 0,
            bodies: BTreeSet::new(),
            began: Timestamp::now(),
            before: work(stack, client).await?,
            ticks,
        })
    }

    /// How many messages are left of it.
    pub fn left(&self) -> usize {
        self.size.saturating_sub(self.sent)
    }

    /// Waits until the next message may be sent.
    pub async fn pace(&mut self) {
        self.ticks.tick().await;
    }

    /// A message was sent.
    pub fn sent(&mut self, body: String) {
        self.sent += 1;
        self.bodies.insert(body);
    }

    /// Waits until what was sent is handled, and begins the next step.
    pub async fn end(&mut self, stack: &Stack, client: &Client, patience: u64) -> Result<Outcome, Failure> {
        if self.bodies.is_empty() {
            return Ok(Outcome::Handled);
        }
        let end = Instant::now() + Duration::from_secs(patience);
        let mut outcome = Outcome::NotHandled;
        while outcome == Outcome::NotHandled && Instant::now() < end {
            if work(stack, client).await? <= self.before {
                outcome = Outcome::Handled;
            } else {
                sleep(BETWEEN_LOOKS).await;
            }
        }
        if self.failed_again(stack).await? {
            outcome = Outcome::FailsAgain;
        }
        (self.sent, self.bodies) = (0, BTreeSet::new());
        self.size = self.sizes.pop().unwrap_or(self.size);
        self.began = Timestamp::now();
        self.before = work(stack, client).await?;
        Ok(outcome)
    }

    /// Whether something that was sent in this step is among what failed since.
    async fn failed_again(&self, stack: &Stack) -> Result<bool, Failure> {
        let held = held::look(stack, LOOKED_AT).await?;
        let mut failed = held.iter().flat_map(|held| &held.failed);
        Ok(failed.any(|failed| {
            let message = &failed.message;
            failed.at() >= self.began
                && (self.bodies.contains(&message.body) || self.bodies.contains(&original(&message.body)))
        }))
    }
}

/// The body of the record in a `record.quarantined` event.
fn original(body: &str) -> String {
    let kept: Value = serde_json::from_str(body).unwrap_or_default();
    kept["data"]["body"].as_str().unwrap_or_default().to_owned()
}

/// How many messages are on the queues that functions read, those in flight and delayed included.
async fn work(stack: &Stack, client: &Client) -> Result<u64, Failure> {
    let counts = DEPLOYED
        .mappings
        .iter()
        .map(async |mapping| queue::counts(client, stack.queue_url(&mapping.queue)?).await);
    Ok(try_join_all(counts).await?.into_iter().flatten().sum())
}
