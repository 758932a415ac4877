//! Counts the events that the functions publish, by day and by hour.
//!
//! `handler` takes events, `writer` stores them with what they add to the counters, and `folding` adds that to the counters
//! later; `numbered` counts events of before an upgrade. `domain` decides; `store` is the port to statistics' own table.

pub mod domain;
mod folding;
pub mod handler;
mod numbered;
pub mod store;
mod writer;

use aws::InputQueue;
use contract::EventType::{
    NotificationFailed, NotificationSent, PointsCredited, PointsDeducted, PointsRejected, RequestDeferred,
    RequestMatched, RequestUnmatched,
};

/// The function's queue, and the event types that are handled from it: all that are published.
pub const QUEUES: &[InputQueue] = &[InputQueue::of_topic(
    "STATISTICS_QUEUE_URL",
    &[
        RequestMatched,
        RequestDeferred,
        RequestUnmatched,
        PointsCredited,
        PointsDeducted,
        PointsRejected,
        NotificationSent,
        NotificationFailed,
    ],
)];

/// How a batch is processed: in chunks that fill a transaction, so that increments are added up before they are written, and
/// several chunks of a large batch concurrently.
pub fn consumer_options() -> batch::ConsumerOptions {
    batch::ConsumerOptions {
        chunk_size: domain::MAX_EVENTS,
        concurrency: 4,
        ..batch::ConsumerOptions::default()
    }
}
