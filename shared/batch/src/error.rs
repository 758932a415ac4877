//! What can go wrong with one record, and with a whole invocation.

use std::error::Error;

use lambda_runtime::Diagnostic;

/// Any error of a port.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The outcome of one message: the events to publish, or the failure.
pub type Outcome<E> = Result<Vec<E>, Failure>;

/// Why a record can never succeed. Both parts are logged and sent to the quarantine, so neither may hold a value of the
/// record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}: {detail}")]
pub struct Rejection {
    /// A machine-readable code, from a closed set of the consumer's own.
    pub reason: &'static str,
    /// One sentence for a person: the field and what was expected.
    pub detail: String,
}

/// A failure of one record, classified where its cause is known.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It can never succeed: the record is quarantined and acknowledged.
    #[error(transparent)]
    Permanent(#[from] Rejection),
    /// Anything else: the record is reported failed and delivered again after a delay.
    #[error(transparent)]
    Retryable(BoxError),
}

impl Failure {
    /// A retryable failure from any error, for `map_err(Failure::retryable)`.
    pub fn retryable(error: impl Into<BoxError>) -> Self {
        Self::Retryable(error.into())
    }
}

/// The payload cannot be answered record by record. The error says where it differs from an SQS event and what JSON type
/// stands there, never a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// The payload is not an SQS event.
    #[error("expected an SQS event, an object with a list `Records` of messages; found {found}")]
    NotAnSqsEvent {
        /// The JSON type that was found, and where.
        found: String,
    },
    /// A record is from another service.
    #[error("expected an SQS event; the `eventSource` of record {index} (counted from 0) is not `aws:sqs`")]
    NotFromSqs {
        /// The record's index in the batch, counted from 0.
        index: usize,
    },
    /// A record lacks what every SQS record has. Without an id its failure could not be reported, and it would be lost.
    #[error("expected an SQS event; record {index} (counted from 0) has no text in `{member}`")]
    Incomplete {
        /// The record's index in the batch, counted from 0.
        index: usize,
        /// The record's member that is missing, empty or no text.
        member: &'static str,
    },
}

impl From<PayloadError> for Diagnostic {
    fn from(error: PayloadError) -> Self {
        Self {
            error_type: "NotAnSqsEvent".to_owned(),
            error_message: error.to_string(),
        }
    }
}

/// An error and its sources in one line, for the log.
pub(crate) fn error_with_sources(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        line.push_str(": ");
        line.push_str(&error.to_string());
        source = error.source();
    }
    line
}
