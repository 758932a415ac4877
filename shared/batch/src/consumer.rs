//! A consumer: its ports and its options.

use std::time::Duration;

use crate::{Backoff, NoDeadLetterQueue, SystemClock};

/// Everything that processing a batch needs. It stays the same from batch to batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Consumer<D, H, T, Q, C = SystemClock, L = NoDeadLetterQueue> {
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
    /// Takes records that fail on their last receive but one; a [`DeadLetterQueue`](crate::DeadLetterQueue).
    pub dead_letters: L,
    /// Concurrency, chunks, deadline, backoff and the number of receives.
    pub options: ConsumerOptions,
}

impl<D, H, T, Q> Consumer<D, H, T, Q> {
    /// A consumer on the system's clock with the default options, without a dead-letter queue.
    pub fn new(decode: D, handler: H, topic: T, queue: Q) -> Self {
        Self {
            decode,
            handler,
            topic,
            queue,
            clock: SystemClock,
            dead_letters: NoDeadLetterQueue,
            options: ConsumerOptions::default(),
        }
    }
}

impl<D, H, T, Q, C> Consumer<D, H, T, Q, C> {
    /// The same consumer with a dead-letter queue; `max_receive_count` is the one in the redrive policy of its queues.
    pub fn with_dead_letters<L>(self, dead_letters: L, max_receive_count: u32) -> Consumer<D, H, T, Q, C, L> {
        Consumer {
            decode: self.decode,
            handler: self.handler,
            topic: self.topic,
            queue: self.queue,
            clock: self.clock,
            dead_letters,
            options: ConsumerOptions {
                max_receive_count,
                ..self.options
            },
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
    /// The time before the deadline in which no call of the handler is started or waited for: half of it is for
    /// publishing, an eighth for setting records aside, an eighth for changing visibility timeouts, the last quarter for
    /// the answer. The function's timeout has to be a good deal longer. Default: 2 s.
    pub deadline_margin: Duration,
    /// The delay after which failed records are delivered again.
    pub backoff: Backoff,
    /// How often SQS delivers a message before it moves it to the dead-letter queue: `maxReceiveCount` in the redrive
    /// policy of the consumer's queues. A record that fails on the receive before the last, or on the last, is set aside
    /// ([`DeadLetterQueue`](crate::DeadLetterQueue)). Default: the largest number, so that none is.
    pub max_receive_count: u32,
}

impl Default for ConsumerOptions {
    fn default() -> Self {
        Self {
            concurrency: 10,
            chunk_size: 1,
            deadline_margin: Duration::from_secs(2),
            backoff: Backoff::default(),
            max_receive_count: u32::MAX,
        }
    }
}
