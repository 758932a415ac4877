//! Points: charges partners for their matches and credits what they buy.
//!
//! `handler` loads, lets `domain` decide, saves, and returns what happened; `store` is the port to
//! points' own table, the ledger.

pub mod domain;
pub mod handler;
pub mod store;

use contract::EventType::{self, PointsPurchased, RequestMatched};

/// The variable that names its queue, and what it takes from it.
pub const QUEUES: &[(&str, &[EventType])] =
    &[("POINTS_QUEUE_URL", &[PointsPurchased, RequestMatched])];
