//! Charges partners for their matches, and credits the points that they buy.
//!
//! `handler` loads, lets `domain` decide, saves, and returns what happened; `store` is the port to
//! points' own table, the ledger.

pub mod domain;
pub mod handler;
pub mod store;

use contract::EventType::{self, PointsPurchased, RequestMatched};

/// The environment variable that names the function's queue, and the event types that are handled from it.
pub const QUEUES: &[(&str, &[EventType])] = &[("POINTS_QUEUE_URL", &[PointsPurchased, RequestMatched])];
