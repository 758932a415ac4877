//! Why a write failed: a conflict with another writer, or anything else.

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;
use batch::BoxError;

use crate::AwsFailure;

/// `DynamoDB`'s code for a write of a transaction that was not the reason why it was cancelled.
const NO_REASON: &str = "None";
const CONDITION_FAILED: &str = "ConditionalCheckFailed";
const IN_ANOTHER_TRANSACTION: &str = "TransactionConflict";

/// Why a write failed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Another writer was faster: read again, and decide again. A transaction has then written nothing. The other writer of a
    /// single put or update may be this very call, sent again by the SDK after a lost answer, since it has no token: what is
    /// read next is then its own result.
    #[error(transparent)]
    Conflict(Conflict),
    /// Any other failure, of a call or of what it needs. The write may have been saved all the same: the next read tells.
    #[error(transparent)]
    Failed(#[from] BoxError),
}

/// A write conflict.
#[derive(Debug, thiserror::Error)]
#[error("write conflict: an item {}", self.what_happened())]
pub struct Conflict {
    /// The writes on whose items another transaction was at work, as positions in the transaction. Empty where a condition
    /// failed: then what was read is out of date, whatever else was the matter.
    pub contended: Vec<usize>,
    /// The failed call.
    #[source]
    pub cause: BoxError,
}

impl Conflict {
    fn what_happened(&self) -> &'static str {
        if self.contended.is_empty() {
            "changed since it was read"
        } else {
            "is in another transaction"
        }
    }
}

impl From<BuildError> for WriteError {
    fn from(error: BuildError) -> Self {
        Self::Failed(error.into())
    }
}

/// The failure of a transaction, by the reasons that a cancelled one gives for each of its writes.
pub(super) fn of_transaction(error: &SdkError<TransactWriteItemsError>) -> WriteError {
    let mut failure = AwsFailure::new("dynamodb:TransactWriteItems", error);
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => cancelled.cancellation_reasons(),
        _ => &[],
    };
    let code = |reason: &CancellationReason| reason.code().unwrap_or(NO_REASON).to_owned();
    let codes: Vec<String> = reasons.iter().map(code).collect();
    if !codes.is_empty() {
        failure.code = format!("{} [{}]", failure.code, codes.join(", "));
    }
    classify(failure, &codes)
}

/// The failure of a write without a transaction: its error is named as a transaction's reason is.
pub(super) fn of_single_write(failure: AwsFailure) -> WriteError {
    let code = failure.code.strip_suffix("Exception");
    let code = code.unwrap_or(&failure.code).to_owned();
    classify(failure, &[code])
}

/// Only failed conditions and other transactions are conflicts. Where throttling, say, is among the reasons, too, deciding
/// again within milliseconds would add to it: that is left to the queue's longer delays.
fn classify(failure: AwsFailure, codes: &[String]) -> WriteError {
    let mut contended = Vec::new();
    let mut condition_failed = false;
    for (position, code) in codes.iter().enumerate() {
        match code.as_str() {
            NO_REASON => {}
            CONDITION_FAILED => condition_failed = true,
            IN_ANOTHER_TRANSACTION => contended.push(position),
            _ => return WriteError::Failed(failure.into()),
        }
    }
    if condition_failed {
        contended.clear();
    } else if contended.is_empty() {
        return WriteError::Failed(failure.into());
    }
    let cause = failure.into();
    WriteError::Conflict(Conflict { contended, cause })
}
