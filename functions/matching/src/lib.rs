//! Finds a partner for each request, and keeps the request's state from its submission to its close.
//!
//! `handler` runs an `execution` for each message, which loads, lets `domain` decide, and saves; `search` looks for a partner
//! among the candidates: those that are `remembered`, then in `looks` that decisions at the same time share; `store` is the port to
//! matching's own table.

pub mod domain;
mod execution;
pub mod handler;
mod looks;
mod remembered;
mod search;
pub mod settings;
pub mod store;

use aws::InputQueue;
use contract::EventType::{
    MatchClosed, PartnerRegistered, PointsCredited, PointsDeducted, PointsRejected, RequestDeferred, RequestSubmitted,
};

/// The function's queues, and the event types that are handled from each.
pub const QUEUES: &[InputQueue] = &[
    InputQueue::direct("INTAKE_QUEUE_URL", &[RequestSubmitted, MatchClosed]),
    InputQueue::direct("PARTNERS_QUEUE_URL", &[PartnerRegistered]),
    InputQueue::of_topic("OUTCOMES_QUEUE_URL", &[PointsDeducted, PointsRejected, PointsCredited]),
    InputQueue::of_topic("DEFERRED_QUEUE_URL", &[RequestDeferred]),
];
