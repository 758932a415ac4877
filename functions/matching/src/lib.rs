//! Matching: finds a partner for each request and keeps the request's life, from its submission to its close.
//!
//! `handler` and its `execution` load and save, `search` looks at candidates, `domain` decides, `store` is the
//! port to matching's own table, `settings` is what the environment says.

pub mod domain;
mod execution;
pub mod handler;
mod search;
pub mod settings;
pub mod store;

use contract::EventType::{
    self, MatchClosed, PartnerRegistered, PointsCredited, PointsDeducted, PointsRejected,
    RequestDeferred, RequestSubmitted,
};

/// The variables that name its queues, and what it takes from each.
pub const QUEUES: &[(&str, &[EventType])] = &[
    (
        "INTAKE_QUEUE_URL",
        &[PartnerRegistered, RequestSubmitted, MatchClosed],
    ),
    (
        "OUTCOMES_QUEUE_URL",
        &[PointsDeducted, PointsRejected, PointsCredited],
    ),
    ("DEFERRED_QUEUE_URL", &[RequestDeferred]),
];
