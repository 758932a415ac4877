//! A consumer: its ports and its options.

use std::time::Duration;

use crate::{Backoff, SystemClock};

/// Everything that processing a batch needs. It stays the same from batch to batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Consumer<D, H, T, Q, C = SystemClock> {
    /// Makes messages from records; a [`Decode`](crate::Decode).
    pub decode: D,
    /// Handles messages; a [`Handler`](crate::Handler).
    pub handler: H,
    /// Publishes the events that the handler returns; a [`Topic`](crate::Topic).
    pub topic: T,
    /// Delays and quarantines records; a [`Queue`](crate::Queue).
    pub queue: Q,
    /// Tells the time; a [`Clock`](crate::Clock).
    pub clock: C,
    /// Concurrency, chunks, deadline and backoff.
    pub options: ConsumerOptions,
}

impl<D, H, T, Q> Consumer<D, H, T, Q> {
    /// A consumer on the system's clock with the default options.
    pub fn new(decode: D, handler: H, topic: T, queue: Q) -> Self {
        Self {
            decode,
            handler,
            topic,
            queue,
            clock: SystemClock,
            options: ConsumerOptions::default(),
        }
    }
}

/// How a batch is processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsumerOptions {
    /// The number of message groups (FIFO queue) or chunks (standard queue) that are handled concurrently; 0 counts as 1.
    /// Default: 10.
    pub concurrency: usize,
    /// The number of records of a standard queue that are offered to the handler together; 0 counts as 1. Default: 1.
    pub chunk_size: usize,
    /// The time before the deadline in which no call of the handler is started or waited for: its first half is for
    /// publishing, its third quarter for changing visibility timeouts, its last for the answer. The function's timeout
    /// has to be a good deal longer. Default: 2 s.
    pub deadline_margin: Duration,
    /// The delay after which failed records are delivered again.
    pub backoff: Backoff,
}

impl Default for ConsumerOptions {
    fn default() -> Self {
        Self {
            concurrency: 10,
            chunk_size: 1,
            deadline_margin: Duration::from_secs(2),
            backoff: Backoff::default(),
        }
    }
}
