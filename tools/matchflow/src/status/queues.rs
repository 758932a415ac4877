//! The queues: how much is on each, how old it is, and whether it grows or shrinks.

use std::time::Duration;

use aws_sdk_sqs::Client;
use futures_util::future::try_join_all;
use serde::Serialize;
use tokio::time::{Instant, sleep};
use wiring::DEPLOYED;

use super::metrics::{self, Metrics};
use crate::failure::Failure;
use crate::held::{Kind, kind_of, queue};
use crate::stack::Stack;

/// Between two readings on a local stack, which has no metrics.
const BETWEEN_READINGS: Duration = Duration::from_millis(400);

/// What a queue is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Purpose {
    /// A function reads it.
    Work,
    /// It keeps what failed again and again.
    DeadLetters,
    /// It keeps records that can never succeed.
    Quarantine,
    /// It keeps events that the topic could not deliver.
    Undelivered,
}

/// A queue, and how it is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueStatus {
    /// Its name, without the stack's.
    pub name: &'static str,
    pub purpose: Purpose,
    /// Messages that wait.
    pub depth: u64,
    /// Messages that a consumer has received and not deleted yet.
    pub in_flight: u64,
    /// Messages whose delay has not passed yet.
    pub delayed: u64,
    /// The age of its oldest message, in seconds; none where nothing measures it.
    pub oldest_age: Option<f64>,
    /// How many messages a second it gets more than it loses; negative while it drains, none where it is not known.
    pub growth: Option<f64>,
}

impl QueueStatus {
    /// The seconds until it is empty, if it goes on as now.
    pub fn drained_in(&self) -> Option<f64> {
        let left = (self.depth + self.in_flight) as f64;
        self.growth.filter(|growth| *growth < 0.0).map(|growth| left / -growth)
    }

    /// For how long it hides what is sent to it, in seconds.
    pub fn delay(&self) -> f64 {
        DEPLOYED.queue(self.name).delay.as_secs_f64()
    }

    /// How many of its messages are handled at once; of a queue that no function reads none.
    pub fn at_once(&self) -> u64 {
        let mapping = DEPLOYED.mappings.iter().find(|mapping| mapping.queue == self.name);
        mapping.map_or(0, |mapping| (mapping.batch_size * mapping.concurrency) as u64)
    }

    /// Whether there is nothing on it.
    pub fn is_empty(&self) -> bool {
        self.depth + self.in_flight + self.delayed == 0
    }
}

/// Reads all queues.
pub async fn read(stack: &Stack) -> Result<Vec<QueueStatus>, Failure> {
    let client = Client::new(&stack.config);
    if stack.is_local {
        return read_twice(stack, &client).await;
    }
    let (mut queues, metrics) = futures_util::try_join!(read_once(stack, &client), metrics::read(stack))?;
    for queue in &mut queues {
        let Metrics { oldest_age, growth } = metrics.get(queue.name).copied().unwrap_or_default();
        (queue.oldest_age, queue.growth) = (oldest_age, growth);
    }
    Ok(queues)
}

/// Two readings show the trend; one is enough where nothing is on any queue.
async fn read_twice(stack: &Stack, client: &Client) -> Result<Vec<QueueStatus>, Failure> {
    let (before, began) = (read_once(stack, client).await?, Instant::now());
    if before
        .iter()
        .filter(|queue| queue.purpose == Purpose::Work)
        .all(QueueStatus::is_empty)
    {
        return Ok(before);
    }
    sleep(BETWEEN_READINGS).await;
    let mut now = read_once(stack, client).await?;
    let seconds = began.elapsed().as_secs_f64();
    for (queue, before) in now.iter_mut().zip(&before) {
        let held = |queue: &QueueStatus| (queue.depth + queue.in_flight) as f64;
        queue.growth = Some((held(queue) - held(before)) / seconds);
    }
    Ok(now)
}

async fn read_once(stack: &Stack, client: &Client) -> Result<Vec<QueueStatus>, Failure> {
    try_join_all(DEPLOYED.queues.iter().map(|queue| reading(stack, client, &queue.name))).await
}

async fn reading(stack: &Stack, client: &Client, name: &'static str) -> Result<QueueStatus, Failure> {
    let [depth, in_flight, delayed] = queue::counts(client, stack.queue_url(name)?).await?;
    Ok(QueueStatus {
        name,
        purpose: purpose_of(name),
        depth,
        in_flight,
        delayed,
        oldest_age: None,
        growth: None,
    })
}

fn purpose_of(queue: &str) -> Purpose {
    match kind_of(queue) {
        None => Purpose::Work,
        Some(Kind::DeadLetter) => Purpose::DeadLetters,
        Some(Kind::Quarantined) => Purpose::Quarantine,
        Some(Kind::Undelivered) => Purpose::Undelivered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_of_work_is_one_that_a_function_reads() {
        for queue in &DEPLOYED.queues {
            let is_read = DEPLOYED.mappings.iter().any(|mapping| mapping.queue == queue.name);
            assert_eq!(purpose_of(&queue.name) == Purpose::Work, is_read, "{}", queue.name);
        }
    }

    #[test]
    fn a_queue_that_drains_is_empty_after_its_depth_divided_by_its_rate() {
        let mut queue = QueueStatus {
            name: "intake.fifo",
            purpose: Purpose::Work,
            depth: 90,
            in_flight: 10,
            delayed: 0,
            oldest_age: None,
            growth: Some(-4.0),
        };
        assert_eq!(queue.drained_in(), Some(25.0));
        queue.growth = Some(0.5);
        assert_eq!(queue.drained_in(), None);
    }
}
