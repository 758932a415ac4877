//! What the tests of all functions share. There are no tests of Matchflow here, only of the faults below.
//!
//! | module | what it gives a test |
//! | --- | --- |
//! | [`fakes`] | a fake of every port; each call goes through a [`FaultyTransport`](fakes::FaultyTransport), on which a test plans faults by the number or the name of the call |
//! | [`wiring`] | the deployed queues, subscriptions and mappings, read from `wiring.json` |
//! | [`pipeline`] | all functions over fakes, joined by that wiring, in a time that stands still |
//! | [`expected_counts`] | the counters of a set of events, counted the plain way |
//! | [`deployed`] | the local stack, for tests that run on fake and engine |
//!
//! **What belongs here:** what two crates would otherwise write twice. Events and records are built by `tests/builders`. A new
//! port a fake in [`fakes`] and a `store` test that both fake and adapter pass, a new function a variant of
//! [`wiring::Function`]; the compiler names the rest.
//!
//! **How to read a failure:** a panic with a [`Fault`](fakes::Fault) as its payload was planned by the test. *No handler is
//! wired for function …* and *no function reads queue …* mean that `wiring.json` has something that the tests do not know.
//! *Still not idle* shows the messages that a pipeline passes around without end.

#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "what is wrong here has to fail a test"
)]

pub mod deployed;
pub mod expected_counts;
pub mod fakes;
pub mod pipeline;

pub use wiring;
