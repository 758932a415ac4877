//! The stories in `DynamoDB`.

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

use super::{Saved, Store, Taken, Taking, Write};
use crate::domain::{Lease, Story, Told};

type Item = HashMap<String, AttributeValue>;

/// An attempt's attribute is this and its number.
const TOLD: &str = "told#";

/// Nobody was told of this attempt or a newer one, and nobody is telling.
const FREE: &str = "attribute_not_exists(pk) OR (attempt <= :attempt \
     AND attribute_not_exists(#told) \
     AND (attribute_not_exists(leaseUntil) OR leaseUntil <= :now))";

/// The lease is the caller's. Its end tells it from others: a later lease ends later.
const MINE: &str = "attempt = :attempt AND leaseUntil = :until";

/// The adapter of the [`Store`] port.
#[derive(Clone, Debug)]
pub struct DynamoDb {
    client: Client,
    table: String,
    retention: Duration,
}

impl DynamoDb {
    /// The stories in this table, each kept for `retention` after its last news.
    pub fn new(client: Client, table: impl Into<String>, retention: Duration) -> Self {
        let table = table.into();
        Self {
            client,
            table,
            retention,
        }
    }

    fn update(&self, request: &RequestId, attempt: u32) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(format!("request#{request}")))
            .key("sk", AttributeValue::S("told".to_owned()))
            .expression_attribute_values(":attempt", number(attempt))
            .return_values_on_condition_check_failure(OnFailure::AllOld)
    }

    fn under(&self, lease: &Lease) -> UpdateItemFluentBuilder {
        self.update(&lease.request, lease.attempt)
            .condition_expression(MINE)
            .expression_attribute_values(":until", number(lease.until.as_millisecond()))
    }

    fn expiry(&self, now: Timestamp) -> AttributeValue {
        let retention = i64::try_from(self.retention.as_secs()).unwrap_or(i64::MAX);
        number(now.as_second().saturating_add(retention))
    }
}

impl Store for DynamoDb {
    async fn take(&self, taking: &Taking<'_>) -> Result<Taken, BoxError> {
        let Taking {
            request,
            attempt,
            now,
            write,
        } = *taking;
        let update = self
            .update(request, attempt)
            .condition_expression(FREE)
            .expression_attribute_names("#told", format!("{TOLD}{attempt}"))
            .expression_attribute_values(":now", number(now.as_millisecond()))
            .expression_attribute_values(":expiresAt", self.expiry(now))
            .return_values(ReturnValue::AllOld);
        let update = match write {
            Write::LeaseUntil(until) => update
                .update_expression(
                    "SET attempt = :attempt, expiresAt = :expiresAt, leaseUntil = :until",
                )
                .expression_attribute_values(":until", number(until.as_millisecond())),
            Write::Told(told) => update
                .update_expression(
                    "SET attempt = :attempt, expiresAt = :expiresAt, #told = :told REMOVE leaseUntil",
                )
                .expression_attribute_values(":told", serde_dynamo::to_attribute_value(told)?),
        };
        match update.send().await {
            Ok(before) => Ok(Taken::Yes(story(before.attributes)?)),
            Err(error) => Ok(Taken::No(story(found(&error)?)?)),
        }
    }

    async fn save(&self, lease: &Lease, told: &Told) -> Result<Saved, BoxError> {
        let update = self
            .under(lease)
            .update_expression("SET #told = :told REMOVE leaseUntil")
            .expression_attribute_names("#told", format!("{TOLD}{}", lease.attempt))
            .expression_attribute_values(":told", serde_dynamo::to_attribute_value(told)?);
        match update.send().await {
            Ok(_) => Ok(Saved::Yes),
            Err(error) => Ok(Saved::LeaseLost(story(found(&error)?)?)),
        }
    }

    async fn release(&self, lease: &Lease) -> Result<(), BoxError> {
        let update = self.under(lease).update_expression("REMOVE leaseUntil");
        match update.send().await {
            Ok(_) => Ok(()),
            Err(error) => found(&error).map(drop),
        }
    }
}

/// The item that did not meet the condition; any other error says nothing about the item.
fn found(error: &SdkError<UpdateItemError>) -> Result<Option<Item>, BoxError> {
    match error.as_service_error() {
        Some(UpdateItemError::ConditionalCheckFailedException(failed)) => Ok(failed.item.clone()),
        _ => Err(AwsFailure::new("dynamodb:UpdateItem", error).into()),
    }
}

fn story(item: Option<Item>) -> Result<Story, BoxError> {
    let mut story = Story::default();
    for (name, value) in item.unwrap_or_default() {
        if name == "attempt" {
            story.attempt = serde_dynamo::from_attribute_value(value)?;
        } else if name == "leaseUntil" {
            let until = serde_dynamo::from_attribute_value(value)?;
            story.lease_until = Some(Timestamp::from_millisecond(until)?);
        } else if let Some(attempt) = name.strip_prefix(TOLD) {
            let told: Told = serde_dynamo::from_attribute_value(value)?;
            story.told.insert(attempt.parse()?, told);
        }
    }
    Ok(story)
}

fn number(value: impl Into<i64>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}
