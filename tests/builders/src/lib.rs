//! Builders of events and SQS records, with defaults for all that a test is not about.
//!
//! [`events`] has one for each event type, [`request_events`] the events of one request at times relative to its submission,
//! [`records`] the records of an SQS event. A new event type gets its builder in [`events`].
//!
//! The crate depends on `contract` alone: a domain's unit tests use it, and build without the other functions.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "what is wrong here has to fail a test"
)]

pub mod events;
pub mod records;
pub mod request_events;
pub mod unusual;
