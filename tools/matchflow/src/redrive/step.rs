//! A step of the ramp: so many messages, and whether they were handled.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::try_join_all;
use serde_json::Value;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep};

use super::effect::{Sent, has_effect};
use crate::failure::Failure;
use crate::held::{self, queue};
use crate::stack::Stack;
use crate::tables::Tables;

const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// After so many looks for effects, what failed is looked at, too: a look takes some seconds.
const LOOKS: usize = 5;

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
    /// What was sent in this step.
    sent: Vec<Sent>,
    /// The bodies that were sent in any step.
    bodies: BTreeSet<String>,
    ticks: Interval,
}

impl Step {
    /// The first step. Behind the last one, steps are as long as that.
    pub fn first(ramp: &[usize], rate: f64) -> Self {
        let mut sizes: Vec<usize> = ramp.iter().copied().map(|size| size.max(1)).rev().collect();
        let size = sizes.pop().unwrap_or(1);
        let mut ticks = interval(Duration::from_secs_f64(1.0 / rate));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            sizes,
            size,
            sent: Vec::new(),
            bodies: BTreeSet::new(),
            ticks,
        }
    }

    /// How many messages are left of it.
    pub fn left(&self) -> usize {
        self.size.saturating_sub(self.sent.len())
    }

    /// Whether a body was sent before: it has come back.
    pub fn has_sent(&self, body: &str) -> bool {
        self.bodies.contains(body)
    }

    /// Waits until the next message may be sent.
    pub async fn pace(&mut self) {
        self.ticks.tick().await;
    }

    /// A message was sent.
    pub fn add(&mut self, sent: Sent) {
        self.bodies.insert(sent.body.clone());
        self.sent.push(sent);
    }

    /// Begins the next step.
    pub fn next(&mut self) {
        self.sent.clear();
        self.size = self.sizes.pop().unwrap_or(self.size);
    }

    /// Waits until what was sent has its effect.
    pub async fn outcome(&self, stack: &Stack, tables: &Tables, patience: Duration) -> Result<Outcome, Failure> {
        let end = Instant::now() + patience + self.longest_delay(stack).await?;
        for look in 1.. {
            let effects = try_join_all(self.sent.iter().map(|sent| has_effect(tables, sent))).await?;
            if effects.iter().all(|has_effect| *has_effect) {
                return Ok(Outcome::Handled);
            }
            let is_last = Instant::now() >= end;
            if (look % LOOKS == 0 || is_last) && self.failed_again(stack).await? {
                return Ok(Outcome::FailsAgain);
            }
            if is_last {
                break;
            }
            sleep(BETWEEN_LOOKS).await;
        }
        Ok(Outcome::NotHandled)
    }

    /// The longest time for which a queue hides what is sent to it.
    async fn longest_delay(&self, stack: &Stack) -> Result<Duration, Failure> {
        let client = aws_sdk_sqs::Client::new(&stack.config);
        let queues: BTreeSet<&str> = self.sent.iter().filter_map(|sent| sent.destination.queue()).collect();
        let delays = queues
            .into_iter()
            .map(async |queue| queue::delay(&client, stack.queue_url(queue)?).await);
        Ok(try_join_all(delays).await?.into_iter().max().unwrap_or_default())
    }

    /// Whether something that was sent in this step is among what failed.
    async fn failed_again(&self, stack: &Stack) -> Result<bool, Failure> {
        let is_of_step = |body: &str| self.sent.iter().any(|sent| sent.body == body);
        let held = held::look_at(stack, &[], LOOKED_AT, |failed| {
            is_of_step(&failed.message.body) || is_of_step(&original(&failed.message.body))
        });
        let held = held.await?;
        Ok(held.iter().flat_map(|held| &held.failed).any(|is_of_step| *is_of_step))
    }
}

/// The body of the record in a `record.quarantined` event.
fn original(body: &str) -> String {
    let kept: Value = serde_json::from_str(body).unwrap_or_default();
    kept["data"]["body"].as_str().unwrap_or_default().to_owned()
}
