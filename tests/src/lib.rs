//! Whole-pipeline and fault tests, and what they stand on.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "what is wrong here has to fail a test"
)]

pub mod deployed;
pub mod messages;
pub mod pipeline;
pub mod recount;
pub mod story;
pub mod twins;
