//! What the tests share: messages, in-memory fakes of the ports, and the functions joined over them.

#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "what is wrong here has to fail a test"
)]

pub mod deployed;
pub mod events;
pub mod expected_counts;
pub mod fakes;
pub mod pipeline;
pub mod records;
pub mod request_events;
pub mod wiring;
