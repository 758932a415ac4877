//! The AWS adapters of `batch`'s ports, and what every function's `main` needs to be put together:
//!
//! ```no_run
//! use contract::Source;
//! use contract::EventType::{MatchClosed, PartnerRegistered, PointsRejected, RequestSubmitted};
//! use aws::{Environment, Wiring, connect, events_topic, init_tracing, load_config};
//!
//! # async fn start() -> Result<(), batch::BoxError> {
//! init_tracing(env!("CARGO_CRATE_NAME"));
//! let environment = Environment::of_process();
//! let config = load_config().await;
//! let Wiring { queue, contract } = connect(&config, &environment, Source::Matching, &[
//!     ("INTAKE_QUEUE_URL", &[PartnerRegistered, RequestSubmitted, MatchClosed]),
//!     ("OUTCOMES_QUEUE_URL", &[PointsRejected]),
//! ])?;
//! let topic = events_topic(&config, &environment)?; // a function that publishes nothing has `batch::NoTopic`
//! // batch::run(Consumer { decode: contract, topic, queue, handler, … }).await
//! # Ok(())
//! # }
//! ```
//!
//! Whatever SNS or SQS answers, the message is innocent: each error here is retryable for its record, access
//! denied and a missing topic included. An error names the operation, AWS's code and the request id, never
//! contents; `batch` logs it, once.

mod configuration;
mod conflict_retry;
mod decode;
mod environment;
mod failure;
mod logging;
mod queue;
mod table;
mod topic;

use aws_config::SdkConfig;
use contract::{EventType, Source};

pub use configuration::{load_config, retries, timeouts};
pub use conflict_retry::ConflictRetry;
pub use decode::{Contract, rejection};
pub use environment::{Environment, SettingError};
pub use failure::AwsFailure;
pub use logging::init_tracing;
pub use queue::{DelayError, QueueError, SqsQueue};
pub use table::{ABSENT, Conflict, Item, Table, Updated, WriteError, key};
pub use topic::{PublishError, SnsTopic};

/// A function's ports to its queues.
#[derive(Clone, Debug)]
pub struct Wiring {
    /// The queues it consumes, and the quarantine.
    pub queue: SqsQueue,
    /// What it takes from which queue.
    pub contract: Contract,
}

/// Connects the function `source`, which takes these types from the queues whose URLs are in these variables; the
/// quarantine's is in `QUARANTINE_QUEUE_URL`.
pub fn connect<L: Fn(&str) -> Option<String>>(
    config: &SdkConfig,
    environment: &Environment<L>,
    source: Source,
    queues: &[(&str, &[EventType])],
) -> Result<Wiring, SettingError> {
    let url = |variable: &str| environment.parsed(variable, "a queue's URL", queue::url);
    let quarantine_url = url("QUARANTINE_QUEUE_URL")?;
    let queues = queues
        .iter()
        .map(|(variable, types)| Ok((url(variable)?, types.to_vec())));
    let queues = queues.collect::<Result<Vec<_>, _>>()?;
    let named =
        |(url, types): &(String, Vec<EventType>)| (queue::name(url, '/').to_owned(), types.clone());
    let contract = Contract::new(queues.iter().map(named));
    let urls = queues.into_iter().map(|(url, _)| url);
    Ok(Wiring {
        queue: SqsQueue::new(config, source, urls, quarantine_url),
        contract,
    })
}

/// The function's own table, whose name is in `TABLE_NAME`.
pub fn own_table<L: Fn(&str) -> Option<String>>(
    config: &SdkConfig,
    environment: &Environment<L>,
) -> Result<Table, SettingError> {
    let name = environment.required("TABLE_NAME", "the name of the function's table")?;
    Ok(Table::new(aws_sdk_dynamodb::Client::new(config), name))
}

/// The topic whose ARN is in `TOPIC_ARN`.
pub fn events_topic<L: Fn(&str) -> Option<String>>(
    config: &SdkConfig,
    environment: &Environment<L>,
) -> Result<SnsTopic, SettingError> {
    let topic_arn = environment.required("TOPIC_ARN", "the events topic's ARN")?;
    Ok(SnsTopic::new(config, topic_arn))
}
