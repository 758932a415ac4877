//! The wire format, seen from outside.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test helpers are no test functions")]

mod bad_input;
mod correlation;
mod golden;
mod properties;
mod quarantine;
mod samples;
mod schemas;
mod unwrapping;
