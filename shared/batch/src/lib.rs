//! Processes SQS batches on AWS Lambda: a bad message costs the others nothing, message groups stay in order, and no
//! message is lost.
//!
//! Lambda hands a function a batch of SQS messages and takes one answer: the ids of the messages that failed. This crate
//! makes a [`Record`] of each message, calls your [`Handler`], publishes the events that it returns, and answers before
//! the deadline. A record counts as failed until it is known to be done. The crate has no AWS client: what it needs of
//! AWS are ports.
//!
//! # A consumer
//!
//! A [`Consumer`] has five ports:
//!
//! | port | what it does | ready-made |
//! | --- | --- | --- |
//! | [`Decode`] | makes your message from a record, or rejects the record | any `Fn(&Record) -> Result<Option<M>, Rejection>` |
//! | [`Handler`] | does the work and returns the events that happened | [`each`]: from an async function for one message |
//! | [`Topic`] | publishes the events | [`NoTopic`] |
//! | [`Queue`] | delays failed records, quarantines bad ones | |
//! | [`DeadLetterQueue`] | takes records that fail on their last receive but one | [`NoDeadLetterQueue`] |
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
//!     let not_a_number = |_| Rejection { reason: "not_a_number", detail: "expected an integer".into() };
//!     let decode = move |record: &Record| record.body.parse::<i64>().map(Some).map_err(not_a_number);
//!     let handler = each(async |n: &i64, _now| Ok(vec![format!("received {n}")]));
//!     batch::run(Consumer::new(decode, handler, Console, Console)).await
//! }
//! ```
//!
//! The function's event source mapping must have `ReportBatchItemFailures`, or Lambda takes failures for successes; its
//! queue should have a dead-letter queue; and the profile it is built with must not have `panic = "abort"`.
//!
//! # What happens to a record
//!
//! | outcome | what happens |
//! | --- | --- |
//! | `Ok(events)` | the events are published, then the record is acknowledged |
//! | [`Failure::Permanent`], or rejected by `Decode` | it is quarantined and acknowledged, and its message group goes on |
//! | [`Failure::Retryable`] | it is delivered again after a growing, jittered delay ([`Backoff`]), and so is all that follows it in its message group |
//! | a panic, or a call that hangs | as a retryable failure |
//! | an event of it was not published, or it could not be quarantined | as a retryable failure |
//! | a retryable failure on its last receive but one, or on its last | it is set aside, that is, put into the dead-letter queue with what failed, and acknowledged, and its message group goes on ([`Consumer::with_dead_letters`]) |
//! | it could not be set aside | as a retryable failure; after its last receive SQS moves it |
//! | `Decode` gives `None` | it is ignored, that is, acknowledged |
//!
//! So any message may be handled more than once. A handler has to be idempotent, and to return the same events again.
//!
//! # Order, time, log
//!
//! - The records of a FIFO queue's message group are handled in order, and none behind the first failure. Message groups,
//!   and the records of a standard queue, are handled concurrently, up to [`ConsumerOptions::concurrency`].
//! - [`Handler::max_batch_size`] and [`ConsumerOptions::chunk_size`] say how many messages one call of the handler gets.
//! - [`ConsumerOptions::deadline_margin`] is kept for publishing, setting aside, delaying and answering. What is unfinished
//!   by then is dropped and reported failed.
//! - A record on its last receive but one, or on its last, gets no more than its share of the time: if it hangs, what stands
//!   behind it is still handled in the same batch. In a message group it is handed over alone. On a standard queue it is
//!   handed over with others like it and, if that call fails, alone: so it is known which record failed.
//! - Each failure is logged once, with `message_id`, `queue` and `receive_count`, and with `correlationId` and `traceparent` where
//!   [`Decode::correlation`] gives them, and each batch ends with one line of counts
//!   (`batch done`, target [`SUMMARY_TARGET`]). No line shows a body, an attribute or a panic's message.
//! - A subscriber of `tracing` that asks for the target [`RECORD_TARGET`] gets an event for each record, to make traces of.
//! - On Lambda Managed Instances a process handles several batches at once, with one handler ([`run`]).
//!
//! # Tasks
//!
//! A handler may also do work that no message asks for ([`Handler::perform`]): a schedule invokes the function with
//! `{"task": "<name>"}`. A task that fails fails the invocation.
//!
//! # Tests
//!
//! [`run`] calls [`parse_event`] and [`process`], or [`perform`], for each invocation. With a [`Clock`] of your own they need no Lambda, no AWS
//! and no waiting.

mod clock;
mod consumer;
mod decode;
mod each;
mod error;
mod group;
mod json;
mod log_record;
mod panics;
mod payload;
mod ports;
mod process;
mod publish;
mod record;
mod record_trace;
pub mod retry;
mod run;
mod set_aside;
mod settle;
mod summary;
mod task;
mod worker;

pub use clock::{Clock, SystemClock};
pub use consumer::{Consumer, ConsumerOptions};
pub use each::{Each, each, in_order};
pub use error::{BoxError, Failure, Outcome, PayloadError, Rejection};
pub use payload::parse_event;
pub use ports::{DeadLetterQueue, Decode, Handler, NoDeadLetterQueue, NoTopic, Queue, Topic};
pub use process::process;
pub use record::{Attribute, Correlation, Record};
pub use record_trace::RECORD_TARGET;
pub use retry::Backoff;
pub use run::run;
pub use summary::SUMMARY_TARGET;
pub use task::{TaskFailed, perform};

pub use aws_lambda_events::event::sqs::SqsBatchResponse;
