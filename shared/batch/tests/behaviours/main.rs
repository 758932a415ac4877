//! Each numbered test shows one behaviour that a batch consumer must have.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod answers;
mod bad_records;
mod deadline;
mod defaults;
mod groups;
#[path = "../harness/mod.rs"]
mod harness;
mod not_sqs;
mod panics;
mod properties;
mod publishing;
mod retries;
mod set_aside;
mod tasks;
