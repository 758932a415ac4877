//! The notification items in `DynamoDB`.

use std::collections::HashMap;
use std::time::Duration;

use aws::AwsFailure;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure,
};
use batch::BoxError;
use contract::RequestId;
use jiff::Timestamp;

use super::{LeaseRequest, LeaseResult, SaveResult, Store};
use crate::domain::{Lease, NotificationItem, SavedOutcome};

type Item = HashMap<String, AttributeValue>;

/// The name of an outcome's attribute is this and the number of its attempt.
const OUTCOME_PREFIX: &str = "told#";

/// The condition for a lease: the attempt has no outcome, no newer one was leased, and no lease is current.
const IS_FREE: &str = "attribute_not_exists(pk) OR (attempt <= :attempt \
     AND attribute_not_exists(#told) \
     AND (attribute_not_exists(leaseUntil) OR leaseUntil <= :now))";

/// The condition for ending a lease: it is still the caller's. A lease is identified by its end, since a later lease ends later.
const HOLDS_LEASE: &str = "attempt = :attempt AND leaseUntil = :until";

/// The adapter of the [`Store`] port.
#[derive(Clone, Debug)]
pub struct DynamoDb {
    client: Client,
    table: String,
    retention: Duration,
}

impl DynamoDb {
    /// The items in this table, each kept for `retention` after its last lease or outcome.
    pub fn new(client: Client, table: impl Into<String>, retention: Duration) -> Self {
        let table = table.into();
        Self {
            client,
            table,
            retention,
        }
    }

    fn update(&self, request_id: &RequestId, attempt: u32) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(format!("request#{request_id}")))
            .key("sk", AttributeValue::S("told".to_owned()))
            .expression_attribute_values(":attempt", number(attempt))
            .return_values_on_condition_check_failure(OnFailure::AllOld)
    }

    fn under(&self, lease: &Lease) -> UpdateItemFluentBuilder {
        self.update(&lease.request_id, lease.attempt)
            .condition_expression(HOLDS_LEASE)
            .expression_attribute_values(":until", number(lease.until.as_millisecond()))
    }

    /// An update under the condition that the lease could be acquired now. It answers with the item as it was before.
    fn update_if_free(&self, request: &LeaseRequest<'_>) -> UpdateItemFluentBuilder {
        let attribute = outcome_attribute(request.attempt);
        self.update(request.request_id, request.attempt)
            .condition_expression(IS_FREE)
            .expression_attribute_names("#told", attribute)
            .expression_attribute_values(":now", number(request.now.as_millisecond()))
            .expression_attribute_values(":expiresAt", self.expiry(request.now))
            .return_values(ReturnValue::AllOld)
    }

    fn expiry(&self, now: Timestamp) -> AttributeValue {
        let retention = i64::try_from(self.retention.as_secs()).unwrap_or(i64::MAX);
        number(now.as_second().saturating_add(retention))
    }
}

impl Store for DynamoDb {
    async fn acquire_lease(
        &self,
        request: &LeaseRequest<'_>,
        until: Timestamp,
    ) -> Result<LeaseResult, BoxError> {
        let update = self
            .update_if_free(request)
            .update_expression(
                "SET attempt = :attempt, expiresAt = :expiresAt, leaseUntil = :until",
            )
            .expression_attribute_values(":until", number(until.as_millisecond()));
        lease_result(update).await
    }

    async fn save_unsent(
        &self,
        request: &LeaseRequest<'_>,
        outcome: &SavedOutcome,
    ) -> Result<LeaseResult, BoxError> {
        let update = self
            .update_if_free(request)
            .update_expression(
                "SET attempt = :attempt, expiresAt = :expiresAt, #told = :told REMOVE leaseUntil",
            )
            .expression_attribute_values(":told", serde_dynamo::to_attribute_value(outcome)?);
        lease_result(update).await
    }

    async fn save(&self, lease: &Lease, outcome: &SavedOutcome) -> Result<SaveResult, BoxError> {
        let update = self
            .under(lease)
            .update_expression("SET #told = :told REMOVE leaseUntil")
            .expression_attribute_names("#told", outcome_attribute(lease.attempt))
            .expression_attribute_values(":told", serde_dynamo::to_attribute_value(outcome)?);
        match update.send().await {
            Ok(_) => Ok(SaveResult::Saved),
            Err(error) => Ok(SaveResult::LeaseLost(read_item(current_item(&error)?)?)),
        }
    }

    async fn release(&self, lease: &Lease) -> Result<(), BoxError> {
        let update = self.under(lease).update_expression("REMOVE leaseUntil");
        match update.send().await {
            Ok(_) => Ok(()),
            Err(error) => current_item(&error).map(drop),
        }
    }
}

async fn lease_result(update: UpdateItemFluentBuilder) -> Result<LeaseResult, BoxError> {
    match update.send().await {
        Ok(output) => Ok(LeaseResult::Acquired(read_item(output.attributes)?)),
        Err(error) => Ok(LeaseResult::Refused(read_item(current_item(&error)?)?)),
    }
}

fn outcome_attribute(attempt: u32) -> String {
    format!("{OUTCOME_PREFIX}{attempt}")
}

/// The item as it is, from a condition that failed; any other error says nothing about the item.
fn current_item(error: &SdkError<UpdateItemError>) -> Result<Option<Item>, BoxError> {
    match error.as_service_error() {
        Some(UpdateItemError::ConditionalCheckFailedException(failed)) => Ok(failed.item.clone()),
        _ => Err(AwsFailure::new("dynamodb:UpdateItem", error).into()),
    }
}

fn read_item(attributes: Option<Item>) -> Result<NotificationItem, BoxError> {
    let mut item = NotificationItem::default();
    for (name, value) in attributes.unwrap_or_default() {
        if name == "attempt" {
            item.attempt = serde_dynamo::from_attribute_value(value)?;
        } else if name == "leaseUntil" {
            let until = serde_dynamo::from_attribute_value(value)?;
            item.lease_until = Some(Timestamp::from_millisecond(until)?);
        } else if let Some(attempt) = name.strip_prefix(OUTCOME_PREFIX) {
            let outcome: SavedOutcome = serde_dynamo::from_attribute_value(value)?;
            item.outcomes.insert(attempt.parse()?, outcome);
        }
    }
    Ok(item)
}

fn number(value: impl Into<i64>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}
