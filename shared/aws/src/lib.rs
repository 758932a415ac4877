//! The AWS layer: the adapters of `batch`'s ports to queues and topic, the type of a function's table, and what every `main`
//! needs to put its function together:
//!
//! ```no_run
//! use contract::Source;
//! use contract::EventType::{MatchClosed, PointsRejected, RequestSubmitted};
//! use aws::{Environment, InputQueue, QueuePorts, connect_queues, events_topic, init_tracing, load_config, own_table};
//!
//! # fn start() -> Result<(), batch::BoxError> {
//! init_tracing(env!("CARGO_CRATE_NAME"));
//! let environment = Environment::of_process();
//! let config = load_config(environment)?;
//! let ports = connect_queues(&config, &environment, Source::Matching, &[
//!     InputQueue::direct("INTAKE_QUEUE_URL", &[RequestSubmitted, MatchClosed]),
//!     InputQueue::of_topic("OUTCOMES_QUEUE_URL", &[PointsRejected]),
//! ])?;
//! let topic = events_topic(&config, &environment)?; // a function that publishes nothing has `batch::NoTopic`
//! let table = own_table(&config, &environment)?;
//! // batch::run(Consumer::new(contract, handler, topic, queue).with_dead_letters(dead_letters, max_receive_count)).await
//! # Ok(())
//! # }
//! ```
//!
//! No error here is caused by the message: each is retryable for its record, access denied and a missing topic or table
//! included. An error names the operation, AWS's code and the request id, never contents; `batch`
//! logs it, once. Write conflicts are decided again before that ([`ConflictRetry`]).

mod configuration;
mod conflict_retry;
mod connector;
mod dead_letters;
mod decode;
mod environment;
mod failure;
mod logging;
mod ports;
mod queue;
mod table;
mod topic;
mod xray;

pub use configuration::{load_config, retries, timeouts, with_fresh_connections};
pub use conflict_retry::ConflictRetry;
pub use dead_letters::SqsDeadLetterQueue;
pub use decode::{Contract, InputQueue, rejection};
pub use environment::{Environment, SettingError};
pub use failure::AwsFailure;
pub use logging::init_tracing;
pub use ports::{QueuePorts, connect_queues, events_topic, own_table};
pub use queue::{DelayError, QueueError, SqsQueue};
pub use table::{
    ABSENT, Conflict, FailedCondition, Item, Table, UnreadableItem, Updated, Write, WriteError, key, read_attribute,
    read_item,
};
pub use topic::{PublishError, SnsTopic};
