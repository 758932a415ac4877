//! The notification items in `DynamoDB`.

use std::time::Duration;

use aws::{Item, Table, Updated, key, read_attribute};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use batch::BoxError;
use contract::RequestId;
use jiff::Timestamp;

use super::{LeaseRequest, LeaseResult, SaveResult, Store};
use crate::domain::{Lease, NotificationItem, SavedOutcome};

/// The name of an outcome's attribute is this and the number of its attempt.
const OUTCOME_PREFIX: &str = "told#";

/// The condition for a lease: the attempt has no outcome, no newer one was leased, and no lease is current.
// guard: lease-is-free
const IS_FREE: &str = "attribute_not_exists(pk) OR (attempt <= :attempt \
     AND attribute_not_exists(#told) \
     AND (attribute_not_exists(leaseUntil) OR leaseUntil <= :now))";

/// The condition for ending a lease: it is still the caller's. A lease is identified by its end, since a later lease ends later.
const HOLDS_LEASE: &str = "attempt = :attempt AND leaseUntil = :until";

/// The adapter of the [`Store`] port.
#[derive(Clone, Debug)]
pub struct DynamoDb {
    table: Table,
    retention: Duration,
}

impl DynamoDb {
    /// The items in this table, each kept for `retention` after its last lease or outcome.
    pub fn new(table: Table, retention: Duration) -> Self {
        Self { table, retention }
    }

    fn update(&self, request_id: &RequestId, attempt: u32) -> UpdateBuilder {
        let key = key(format!("request#{request_id}"), "told");
        let update = self.table.update(key);
        update.expression_attribute_values(":attempt", number(attempt))
    }

    fn under(&self, lease: &Lease) -> UpdateBuilder {
        self.update(&lease.request_id, lease.attempt)
            .condition_expression(HOLDS_LEASE)
            .expression_attribute_values(":until", number(lease.until.as_millisecond()))
    }

    /// An update under the condition that the lease could be acquired now.
    fn update_if_free(&self, request: &LeaseRequest<'_>) -> UpdateBuilder {
        let attribute = outcome_attribute(request.attempt);
        self.update(request.request_id, request.attempt)
            .condition_expression(IS_FREE)
            .expression_attribute_names("#told", attribute)
            .expression_attribute_values(":now", number(request.now.as_millisecond()))
            .expression_attribute_values(":expiresAt", self.expiry(request.now))
    }

    /// Sends such an update, which brings the item back as it was before.
    async fn send_if_free(&self, update: UpdateBuilder) -> Result<LeaseResult, BoxError> {
        match self.table.send_update_returning_old(update).await? {
            Updated::Yes(before) => Ok(LeaseResult::Acquired(read_item(before)?)),
            Updated::ConditionFailed(current) => Ok(LeaseResult::Refused(read_item(current)?)),
        }
    }

    fn expiry(&self, now: Timestamp) -> AttributeValue {
        let retention = i64::try_from(self.retention.as_secs()).unwrap_or(i64::MAX);
        number(now.as_second().saturating_add(retention))
    }
}

impl Store for DynamoDb {
    async fn acquire_lease(&self, request: &LeaseRequest<'_>, until: Timestamp) -> Result<LeaseResult, BoxError> {
        let update = self
            .update_if_free(request)
            .update_expression("SET attempt = :attempt, expiresAt = :expiresAt, leaseUntil = :until")
            .expression_attribute_values(":until", number(until.as_millisecond()));
        self.send_if_free(update).await
    }

    async fn save_unsent(&self, request: &LeaseRequest<'_>, outcome: &SavedOutcome) -> Result<SaveResult, BoxError> {
        let update = self
            .update_if_free(request)
            .update_expression("SET attempt = :attempt, expiresAt = :expiresAt, #told = :told REMOVE leaseUntil")
            .expression_attribute_values(":told", serde_dynamo::to_attribute_value(outcome)?);
        Ok(match self.send_if_free(update).await? {
            LeaseResult::Acquired(_) => SaveResult::Saved,
            LeaseResult::Refused(current) => SaveResult::Refused(current),
        })
    }

    async fn save(&self, lease: &Lease, outcome: &SavedOutcome, dropped: &[u32]) -> Result<SaveResult, BoxError> {
        let mut expression = "SET #told = :told REMOVE leaseUntil".to_owned();
        // guard: lease-is-held-to-save
        let mut update = self
            .under(lease)
            .expression_attribute_names("#told", outcome_attribute(lease.attempt))
            .expression_attribute_values(":told", serde_dynamo::to_attribute_value(outcome)?);
        for attempt in dropped {
            let name = format!("#told{attempt}");
            expression = format!("{expression}, {name}");
            update = update.expression_attribute_names(name, outcome_attribute(*attempt));
        }
        let update = update.update_expression(expression);
        match self.table.send_update(update).await? {
            Updated::Yes(_) => Ok(SaveResult::Saved),
            Updated::ConditionFailed(current) => Ok(SaveResult::Refused(read_item(current)?)),
        }
    }

    async fn release(&self, lease: &Lease) -> Result<(), BoxError> {
        // guard: lease-is-held-to-release
        let update = self.under(lease).update_expression("REMOVE leaseUntil");
        self.table.send_update(update).await?;
        Ok(()) // a lease that was lost meanwhile needs no release
    }
}

fn outcome_attribute(attempt: u32) -> String {
    format!("{OUTCOME_PREFIX}{attempt}")
}

fn read_item(attributes: Option<Item>) -> Result<NotificationItem, BoxError> {
    let mut item = NotificationItem::default();
    for (name, value) in attributes.unwrap_or_default() {
        if name == "attempt" {
            item.attempt = read_attribute(value)?;
        } else if name == "leaseUntil" {
            let until = read_attribute(value)?;
            item.lease_until = Some(Timestamp::from_millisecond(until)?);
        } else if let Some(attempt) = name.strip_prefix(OUTCOME_PREFIX) {
            let outcome: SavedOutcome = read_attribute(value)?;
            item.outcomes.insert(attempt.parse()?, outcome);
        }
    }
    Ok(item)
}

fn number(value: impl Into<i64>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}
