//! Why a write failed: a conflict with another writer, or anything else.

use std::fmt;

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;
use batch::BoxError;

use super::Item;
use crate::AwsFailure;

/// `DynamoDB`'s code for a write of a transaction that was not the reason why it was cancelled.
const NO_REASON: &str = "None";
const CONDITION_FAILED: &str = "ConditionalCheckFailed";
const IN_ANOTHER_TRANSACTION: &str = "TransactionConflict";

/// Why one write of a transaction failed, if it did.
struct Reason {
    code: String,
    item: Option<Item>,
}

impl From<CancellationReason> for Reason {
    fn from(reason: CancellationReason) -> Self {
        Self {
            code: reason.code.unwrap_or_else(|| NO_REASON.to_owned()),
            item: reason.item,
        }
    }
}

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
    /// The writes of which the conditions failed.
    pub failed: Vec<FailedCondition>,
    /// The failed call.
    #[source]
    pub cause: BoxError,
}

/// A write of which the condition failed. Its `Debug` does not show the item.
#[derive(Clone, PartialEq)]
pub struct FailedCondition {
    /// Its position in the transaction.
    pub position: usize,
    /// The item as it is, if it is there and the write asked for it (`ReturnValuesOnConditionCheckFailure`).
    pub item: Option<Item>,
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

impl fmt::Debug for FailedCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailedCondition")
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

impl From<BuildError> for WriteError {
    fn from(error: BuildError) -> Self {
        Self::Failed(error.into())
    }
}

/// The failure of a transaction, by the reasons that a cancelled one gives for each of its writes.
pub(super) fn of_transaction(error: SdkError<TransactWriteItemsError>) -> WriteError {
    let mut failure = AwsFailure::new("dynamodb:TransactWriteItems", &error);
    let reasons = match error.into_service_error() {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => cancelled.cancellation_reasons,
        _ => None,
    };
    let reasons: Vec<_> = reasons.unwrap_or_default().into_iter().map(Reason::from).collect();
    if !reasons.is_empty() {
        let codes: Vec<_> = reasons.iter().map(|reason| &*reason.code).collect();
        failure.code = format!("{} [{}]", failure.code, codes.join(", "));
    }
    classify(failure, reasons)
}

/// The failure of a write without a transaction: its error is named as a transaction's reason is.
pub(super) fn of_single_write(failure: AwsFailure, item: Option<Item>) -> WriteError {
    let code = failure.code.strip_suffix("Exception");
    let code = code.unwrap_or(&failure.code).to_owned();
    classify(failure, vec![Reason { code, item }])
}

/// Only failed conditions and other transactions are conflicts. Where throttling, say, is among the reasons, too, deciding
/// again within milliseconds would add to it: that is left to the queue's longer delays.
fn classify(failure: AwsFailure, reasons: Vec<Reason>) -> WriteError {
    let (mut contended, mut failed) = (Vec::new(), Vec::new());
    for (position, Reason { code, item }) in reasons.into_iter().enumerate() {
        match code.as_str() {
            NO_REASON => {}
            CONDITION_FAILED => failed.push(FailedCondition { position, item }),
            IN_ANOTHER_TRANSACTION => contended.push(position),
            _ => return WriteError::Failed(failure.into()),
        }
    }
    if !failed.is_empty() {
        contended.clear();
    } else if contended.is_empty() {
        return WriteError::Failed(failure.into());
    }
    let cause = failure.into();
    WriteError::Conflict(Conflict {
        contended,
        failed,
        cause,
    })
}
