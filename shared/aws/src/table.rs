//! A function's `DynamoDB` table: items found by `pk` and `sk`, read consistently, and written under conditions.

mod conflict;
mod read;
mod write;

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use futures_util::future::try_join_all;

use crate::AwsFailure;

pub use conflict::{Conflict, FailedCondition, WriteError};
pub use read::{UnreadableItem, read_attribute, read_item};
pub use write::{ABSENT, Updated, Write};

const QUERY: &str = "dynamodb:Query";

/// The most keys that one `BatchGetItem` takes.
const KEYS: usize = 100;

/// An item or a part of it: attributes by their names.
pub type Item = HashMap<String, AttributeValue>;

/// A table whose items have the key `pk` and `sk`. Every read is consistent: a decision is made from what was written last.
#[derive(Clone, Debug)]
pub struct Table {
    client: Client,
    name: String,
}

/// An item's key.
pub fn key(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(pk.into())),
        ("sk".to_owned(), AttributeValue::S(sk.into())),
    ])
}

impl Table {
    /// The table of this name.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        let name = name.into();
        Self { client, name }
    }

    /// Reads one item, if there is one under this key.
    pub async fn get(&self, key: Item) -> Result<Option<Item>, AwsFailure> {
        let request = self.client.get_item().table_name(&self.name);
        let request = request.consistent_read(true).set_key(Some(key));
        let answer = request.send().await;
        let answer = answer.map_err(|error| AwsFailure::new("dynamodb:GetItem", &error))?;
        Ok(answer.item)
    }

    /// Reads the items under these keys, in any order, without those that are not there. A key that is given twice is read
    /// once: `DynamoDB` refuses a call that names it twice.
    pub async fn batch_get(&self, keys: &[Item]) -> Result<Vec<Item>, AwsFailure> {
        let (mut seen, mut distinct) = (HashSet::new(), Vec::new());
        for key in keys {
            if seen.insert(["pk", "sk"].map(|attribute| key.get(attribute)?.as_s().ok())) {
                distinct.push(key);
            }
        }
        let calls = distinct.chunks(KEYS).map(|keys| self.get_chunk(keys));
        Ok(try_join_all(calls).await?.into_iter().flatten().collect())
    }

    async fn get_chunk(&self, keys: &[&Item]) -> Result<Vec<Item>, AwsFailure> {
        const OPERATION: &str = "dynamodb:BatchGetItem";
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys.iter().copied().cloned().collect()));
        let wanted = wanted.consistent_read(true).build();
        let wanted = wanted.map_err(|error| AwsFailure::unbuilt(OPERATION, &error))?;
        let request = self.client.batch_get_item();
        let answer = request.request_items(&self.name, wanted).send().await;
        let answer = answer.map_err(|error| AwsFailure::new(OPERATION, &error))?;
        let request_id = answer.request_id().map(str::to_owned);
        // An item left out of a throttled answer is not absent: a decision that took it for absent would be wrong.
        // guard: unread-is-not-absent
        if answer.unprocessed_keys.is_some_and(|keys| !keys.is_empty()) {
            let code = "throttled: some keys were not read";
            return Err(AwsFailure::entry(OPERATION, code, request_id.as_deref()));
        }
        let mut items = answer.responses.unwrap_or_default();
        Ok(items.remove(&self.name).unwrap_or_default())
    }

    /// Reads all items of a partition in the order of their `sk`, page by page; of each item only `attribute`, if one is named.
    pub async fn query(&self, pk: String, attribute: Option<&str>) -> Result<Vec<Item>, AwsFailure> {
        let query = self.query_of("pk = :pk", pk);
        all_pages(query.set_projection_expression(attribute.map(str::to_owned))).await
    }

    /// Reads the items of a partition whose `sk` is from `first` to `last`, in its order, page by page.
    pub async fn query_between(&self, pk: String, first: String, last: String) -> Result<Vec<Item>, AwsFailure> {
        let query = self.query_of("pk = :pk AND sk BETWEEN :first AND :last", pk);
        let query = query.expression_attribute_values(":first", AttributeValue::S(first));
        all_pages(query.expression_attribute_values(":last", AttributeValue::S(last))).await
    }

    /// Reads the last item of a partition in the order of their `sk`, if it has any.
    pub async fn query_last(&self, pk: String) -> Result<Option<Item>, AwsFailure> {
        let query = self.query_of("pk = :pk", pk).scan_index_forward(false).limit(1);
        let answer = query.send().await;
        let answer = answer.map_err(|error| AwsFailure::new(QUERY, &error))?;
        Ok(answer.items.and_then(|mut items| items.pop()))
    }

    fn query_of(&self, condition: &str, pk: String) -> QueryFluentBuilder {
        let query = self.client.query().table_name(&self.name);
        let query = query.key_condition_expression(condition).consistent_read(true);
        query.expression_attribute_values(":pk", AttributeValue::S(pk))
    }

    /// Whether the table has no item.
    pub async fn is_empty(&self) -> Result<bool, AwsFailure> {
        let request = self.client.scan().table_name(&self.name);
        let answer = request.consistent_read(true).limit(1).send().await;
        let answer = answer.map_err(|error| AwsFailure::new("dynamodb:Scan", &error))?;
        Ok(answer.items().is_empty() && answer.last_evaluated_key().is_none())
    }
}

async fn all_pages(query: QueryFluentBuilder) -> Result<Vec<Item>, AwsFailure> {
    let items = query.into_paginator().items().send();
    let items = items.collect::<Result<Vec<_>, _>>().await;
    items.map_err(|error| AwsFailure::new(QUERY, &error))
}
