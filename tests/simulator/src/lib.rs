//! The simulator: runs the whole pipeline in virtual time, under a workload and faults that a seed decides.
//!
//! The deployed code runs here: the handlers, `batch`, `aws` and the SDK's clients. Around it stand fakes, which
//! promise what AWS documents and no more: [`sqs`], [`sns`] and, in [`support::fakes`], the functions' tables. A
//! [`plan::SimulationPlan`] drawn from a seed says what is sent and what goes wrong; after every step a
//! [`checker::Checker`], which shares no code with the product, checks the guarantees of docs/understand/guarantees.md. Then the
//! faults stop, and every request must be settled. README.md explains the parts and how to read a failure.

#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "an error in the simulator has to fail the test"
)]

pub mod aws_endpoint;
pub mod checker;
pub mod coverage;
pub mod event_source_mapping;
pub mod faults;
pub mod functions;
mod json;
mod panics;
pub mod plan;
pub mod result;
pub mod scenarios;
pub mod shrink;
pub mod simulation;
pub mod snapshot;
pub mod sns;
pub mod sqs;
pub mod sweep;
mod task_schedule;
pub mod time;
pub mod traced;
pub mod wire;
pub mod workload;
