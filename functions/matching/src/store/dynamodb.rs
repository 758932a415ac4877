//! The table in `DynamoDB`.

use aws::AwsFailure;
use aws::Item;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use batch::BoxError;
use contract::{Category, PartnerId, Region, RequestId};
use futures_util::future::try_join_all;
use serde::de::DeserializeOwned;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::expressions;
use super::{CommitError, Store};
use crate::domain::{Partner, Registration, Request, Transition};

/// `BatchGetItem` takes this many keys.
const KEYS: usize = 100;

/// Matching's table in `DynamoDB`.
#[derive(Clone, Debug)]
pub struct DynamoDb {
    pub(super) client: Client,
    pub(super) table: String,
}

/// Some keys of a read were left out: throttled.
#[derive(Debug, thiserror::Error)]
#[error("dynamodb:BatchGetItem: unprocessed keys")]
struct Unprocessed;

impl Store for DynamoDb {
    async fn request(&self, id: &RequestId) -> Result<Option<Request>, BoxError> {
        self.get(expressions::request_key(id)).await
    }

    async fn partner(&self, id: &PartnerId) -> Result<Option<Partner>, BoxError> {
        self.get(expressions::partner_key(id)).await
    }

    async fn partners(&self, ids: &[&PartnerId]) -> Result<Vec<Partner>, BoxError> {
        let pages = try_join_all(ids.chunks(KEYS).map(|ids| self.batch_get(ids))).await?;
        Ok(pages.into_iter().flatten().collect())
    }

    async fn candidates(
        &self,
        category: &Category,
        region: &Region,
    ) -> Result<Vec<PartnerId>, BoxError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true);
        let rows: Result<Vec<Item>, _> = query
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", expressions::candidates(category, region))
            .projection_expression("sk")
            .into_paginator()
            .items()
            .send()
            .collect()
            .await;
        let rows = rows.map_err(|error| AwsFailure::new("dynamodb:Query", &error))?;
        rows.into_iter()
            .map(|mut row| candidate(row.remove("sk")))
            .collect()
    }

    async fn commit(&self, transition: &Transition) -> Result<(), CommitError> {
        let request = transition.request.iter();
        let requests = request.map(|change| expressions::put_request(&self.table, change));
        let partners = transition.partners.iter();
        let partners = partners.map(|change| expressions::update_partner(&self.table, change));
        let writes: Result<Vec<_>, _> = partners.chain(requests).collect();
        let ids: Vec<_> = transition
            .partners
            .iter()
            .map(|change| &change.partner)
            .collect();
        self.write(writes.map_err(CommitError::Unavailable)?, &ids)
            .await
    }

    async fn register(&self, registration: &Registration) -> Result<(), CommitError> {
        let writes = expressions::register(&self.table, registration);
        let ids = [&registration.after.partner_id];
        self.write(writes.map_err(CommitError::Unavailable)?, &ids)
            .await
    }
}

impl DynamoDb {
    /// The table of this name.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    async fn get<T: DeserializeOwned>(&self, key: Item) -> Result<Option<T>, BoxError> {
        let get = self
            .client
            .get_item()
            .table_name(&self.table)
            .consistent_read(true);
        let output = get.set_key(Some(key)).send().await;
        let output = output.map_err(|error| AwsFailure::new("dynamodb:GetItem", &error))?;
        Ok(output.item.map(from_item).transpose()?)
    }

    async fn batch_get(&self, ids: &[&PartnerId]) -> Result<Vec<Partner>, BoxError> {
        let keys = ids.iter().map(|id| expressions::partner_key(id)).collect();
        let keys = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(true)
            .build()?;
        let output = self
            .client
            .batch_get_item()
            .request_items(&self.table, keys)
            .send()
            .await;
        let output = output.map_err(|error| AwsFailure::new("dynamodb:BatchGetItem", &error))?;
        if output.unprocessed_keys.is_some_and(|keys| !keys.is_empty()) {
            return Err(Unprocessed.into());
        }
        let items = output
            .responses
            .into_iter()
            .flatten()
            .flat_map(|(_, items)| items);
        Ok(items.map(from_item).collect::<Result<_, _>>()?)
    }
}

fn candidate(sk: Option<AttributeValue>) -> Result<PartnerId, BoxError> {
    match sk {
        Some(AttributeValue::S(id)) => Ok(PartnerId::try_from(id)?),
        _ => Err("a candidate row without a partner's id".into()),
    }
}
