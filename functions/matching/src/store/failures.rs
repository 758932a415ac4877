//! Why `DynamoDB` did not write: changed, contended, or no fault of the items.

use aws::AwsFailure;
use aws_sdk_dynamodb::types::CancellationReason;
use contract::PartnerId;

use super::CommitError;

/// A single write's failure; `partner` is whose item it was, if it was a partner's.
pub(super) fn single(failure: AwsFailure, partner: Option<&PartnerId>) -> CommitError {
    match failure.code.as_str() {
        "ConditionalCheckFailedException" => CommitError::Changed,
        "TransactionConflictException" => {
            CommitError::Contended(partner.cloned().into_iter().collect())
        }
        _ => CommitError::Unavailable(failure.into()),
    }
}

/// A transaction's failure. The reasons come in the order of its items, the first of which are these partners'.
///
/// A failed condition counts before a conflict: what was read is out of date either way. Anything besides these
/// two (throttling, say) tells nothing of the items.
pub(super) fn cancelled(
    mut failure: AwsFailure,
    reasons: &[CancellationReason],
    partners: &[&PartnerId],
) -> CommitError {
    let codes = || reasons.iter().map(|reason| reason.code().unwrap_or("None"));
    let given: Vec<_> = codes().filter(|code| *code != "None").collect();
    if given.contains(&"ConditionalCheckFailed") {
        return CommitError::Changed;
    }
    if !given.is_empty() && given.iter().all(|code| *code == "TransactionConflict") {
        let contended = partners
            .iter()
            .zip(codes())
            .filter(|(_, code)| *code == "TransactionConflict");
        return CommitError::Contended(contended.map(|(partner, _)| (*partner).clone()).collect());
    }
    if !given.is_empty() {
        failure.code = format!("{} ({})", failure.code, given.join(", "));
    }
    CommitError::Unavailable(failure.into())
}
