//! The adapters under the real AWS clients, over recorded exchanges. One binary, since each one links the SDK.
#![allow(clippy::unwrap_used, clippy::panic)] // a test's helpers, too, fail by panicking

mod common;
mod conflict_retry;
mod dead_letters;
mod decode;
mod logging;
mod queue;
mod table_reads;
mod table_writes;
mod topic;
