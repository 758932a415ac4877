//! What the functions' `DynamoDB` adapters share: items found by `pk` and `sk`, written together under conditions.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, Put, TransactWriteItem};
use batch::BoxError;

use crate::AwsFailure;

/// An item or a part of it.
pub type Item = HashMap<String, AttributeValue>;

/// For an item that must not be there yet.
pub const ABSENT: &str = "attribute_not_exists(pk)";

/// Why a table did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else wrote, or is writing, what was read: read again, and decide again.
    #[error("somebody else wrote there meanwhile")]
    Conflict(#[source] BoxError),
    /// Everything else. It may have been saved all the same: only the next read tells.
    #[error("the table cannot be reached")]
    Unavailable(#[source] BoxError),
}

/// An item's key.
pub fn key(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(pk.into())),
        ("sk".to_owned(), AttributeValue::S(sk.into())),
    ])
}

/// Puts an item that is not there yet.
pub fn put_new(table: &str, item: Item) -> Result<TransactWriteItem, BoxError> {
    let put = Put::builder().table_name(table).set_item(Some(item));
    let put = put.condition_expression(ABSENT).build()?;
    Ok(TransactWriteItem::builder().put(put).build())
}

/// Writes all or nothing.
pub async fn transact(client: &Client, writes: Vec<TransactWriteItem>) -> Result<(), StoreError> {
    let request = client.transact_write_items();
    let answer = request.set_transact_items(Some(writes)).send().await;
    answer.map(drop).map_err(|error| classify(&error))
}

/// A condition that failed, or an item that another transaction holds, means that somebody else was there. Where throttling
/// or anything else is among the reasons, too, trying again at once would only make it worse.
fn classify(error: &SdkError<TransactWriteItemsError>) -> StoreError {
    let mut failure = AwsFailure::new("dynamodb:TransactWriteItems", error);
    let reasons: Vec<_> = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
            let reasons = canceled.cancellation_reasons().iter();
            reasons.filter_map(CancellationReason::code).collect()
        }
        _ => Vec::new(),
    };
    if !reasons.is_empty() {
        failure.code = format!("{} [{}]", failure.code, reasons.join(", "));
    }
    let mut reasons = reasons
        .iter()
        .filter(|reason| **reason != "None")
        .peekable();
    let by_others =
        |reason: &&str| matches!(*reason, "ConditionalCheckFailed" | "TransactionConflict");
    if reasons.peek().is_some() && reasons.all(by_others) {
        StoreError::Conflict(failure.into())
    } else {
        StoreError::Unavailable(failure.into())
    }
}
