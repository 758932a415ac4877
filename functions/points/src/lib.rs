//! Charges partners for their matches, and credits the points that they buy.
//!
//! `handler` lets `domain` decide, saves, and returns what happened; `accounts` remembers what need not be read; `store` is the
//! port to points' own table, the ledger.

mod accounts;
pub mod domain;
pub mod handler;
pub mod store;

use aws::InputQueue;
use contract::EventType::{PointsPurchased, RequestMatched};

/// The function's queue, and the event types that are handled from it.
pub const QUEUES: &[InputQueue] = &[InputQueue::direct(
    "POINTS_QUEUE_URL",
    &[PointsPurchased, RequestMatched],
)];
