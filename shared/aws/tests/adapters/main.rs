//! The adapters under the real AWS clients, over recorded exchanges. One binary, since each one links the SDK.
#![allow(clippy::unwrap_used)] // a test's helpers, too, fail by panicking

mod common;
mod decode;
mod logging;
mod queue;
mod table;
mod topic;
