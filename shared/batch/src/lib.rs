//! SQS batches on Lambda, worked off as they should be: a bad message costs its neighbours nothing, and none is lost.
//!
//! A consumer is four ports: how to decode a record, how to handle a message, where events go, and what the queue can do.
//!
//! ```no_run
//! use batch::{BoxError, Consumer, Queue, Record, Rejection, Topic, each};
//! use std::time::{Duration, SystemTime};
//! struct Console; // Your SNS and SQS clients in real life.
//! impl Topic for Console {
//!     type Event = String;
//!     async fn publish(&self, events: &[&String]) -> Vec<Result<(), BoxError>> {
//!         events.iter().map(|event| Ok(println!("{event}"))).collect()
//!     }
//! }
//! impl Queue for Console {
//!     async fn delay(&self, _: &[(&Record, Duration)]) -> Result<(), BoxError> { Ok(()) }
//!     async fn quarantine(&self, _: &Record, why: &Rejection, _: SystemTime) -> Result<(), BoxError> { Ok(println!("{why}")) }
//! }
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), lambda_runtime::Error> {
//!     let no_number = |_| Rejection { reason: "not_a_number", detail: "expected an integer".into() };
//!     let decode = move |record: &Record| record.body.parse::<i64>().map(Some).map_err(no_number);
//!     let handler = each(async |n: &i64, _now| Ok(vec![format!("{n} has come")]));
//!     batch::run(Consumer::new(decode, handler, Console, Console)).await
//! }
//! ```
//!
//! The function's event source mapping has to have `ReportBatchItemFailures`, or failures are taken for successes. What
//! then holds:
//!
//! - The records of a FIFO queue's message group are handled in order, and none after the first failure. Groups, and the
//!   records of a standard queue, are handled side by side ([`Settings::concurrency`]).
//! - A [`Failure::Retryable`] record comes back after a growing, jittered delay ([`Backoff`]), and so does what was held
//!   back behind it. A [`Failure::Permanent`] one is quarantined, and its group goes on.
//! - A panic fails the record that it came from, a call that hangs fails what hangs on it: the answer is out before the
//!   deadline, and names every record that isn't known to be done.
//! - Handlers return the events that happened. They are published together at the end, and a record isn't done before its
//!   events are out.
//!
//! So any message may be handled more than once: handlers have to be idempotent, and to return the same events again.

mod clock;
mod consumer;
mod decode;
mod each;
mod error;
mod group;
mod panics;
mod payload;
mod ports;
mod process;
mod publish;
mod record;
pub mod retry;
mod run;
mod work;

pub use clock::{Clock, SystemClock};
pub use consumer::{Consumer, Settings};
pub use each::{Each, each};
pub use error::{BoxError, Failure, Outcome, ProcessError, Rejection};
pub use payload::parse;
pub use ports::{Decode, Handler, NoTopic, Queue, Topic};
pub use process::process;
pub use record::{Attribute, Record};
pub use retry::Backoff;
pub use run::run;

pub use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
