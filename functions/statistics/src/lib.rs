//! Counts the events that the functions publish, by day and by hour.
//!
//! `handler` reads and writes, `domain` counts; `store` is the port to statistics' own table.

pub mod domain;
pub mod handler;
pub mod store;

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

/// How a batch is processed: in chunks that fill a transaction or a few, so that counts are added up before they are
/// written, and several chunks of a large batch concurrently.
pub fn consumer_options() -> batch::ConsumerOptions {
    batch::ConsumerOptions {
        chunk_size: domain::MAX_TRANSACTION_ITEMS,
        concurrency: 4,
        ..batch::ConsumerOptions::default()
    }
}
