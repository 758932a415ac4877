//! What is read from the payloads of invocations.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod nearly_sqs;
mod oracle;
mod samples;
