//! What the tests of all functions share. There are no tests of Matchflow here, only of the faults below.
//!
//! | module | what it gives a test |
//! | --- | --- |
//! | [`events`], [`records`] | builders of events and SQS records, with defaults for all that a test is not about |
//! | [`request_events`] | the events of one request at times relative to its submission |
//! | [`fakes`] | a fake of every port; each call goes through a [`FaultyTransport`](fakes::FaultyTransport), on which a test plans faults by the number or the name of the call |
//! | [`wiring`] | the deployed queues, subscriptions and mappings, read from `wiring.json` |
//! | [`pipeline`] | all functions over fakes, joined by that wiring, in a time that stands still |
//! | [`expected_counts`] | the counters of a set of events, counted the plain way |
//! | [`deployed`] | the local stack, for tests that run on fake and engine |
//!
//! **What belongs here:** what two crates would otherwise write twice. A new event type gets a builder in [`events`], a new
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
pub mod events;
pub mod expected_counts;
pub mod fakes;
pub mod pipeline;
pub mod records;
pub mod request_events;
pub mod wiring;
