//! A consumer: its ports and its settings.

use std::time::Duration;

use crate::{Backoff, SystemClock};

/// Everything that working off a batch needs. Nothing in it changes from batch to batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Consumer<D, H, T, Q, C = SystemClock> {
    /// Makes messages of records.
    pub decode: D,
    /// Handles messages.
    pub handler: H,
    /// Takes the events.
    pub topic: T,
    /// The queue's further services.
    pub queue: Q,
    /// Tells the time.
    pub clock: C,
    /// How to go about it.
    pub settings: Settings,
}

impl<D, H, T, Q> Consumer<D, H, T, Q> {
    /// A consumer on the system's clock with the default settings.
    pub fn new(decode: D, handler: H, topic: T, queue: Q) -> Self {
        Self {
            decode,
            handler,
            topic,
            queue,
            clock: SystemClock,
            settings: Settings::default(),
        }
    }
}

/// How a batch is worked off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How many groups are worked on at the same time; at least 1.
    pub concurrency: usize,
    /// How many independent records (of a standard queue) are handed to the handler at once; at least 1.
    pub chunk: usize,
    /// What is kept of the time before the deadline: half of it for publishing, a quarter for changing visibilities, the
    /// rest for the answer. The function's time-out has to be a good deal longer.
    pub margin: Duration,
    /// When failed records come back.
    pub backoff: Backoff,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: 10,
            chunk: 1,
            margin: Duration::from_secs(2),
            backoff: Backoff::default(),
        }
    }
}
