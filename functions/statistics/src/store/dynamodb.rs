//! What was counted, in `DynamoDB`.

use std::collections::BTreeMap;

use aws::AwsFailure;
use aws::{Item, put_new, transact};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use batch::BoxError;

use super::items;
use super::{Store, StoreError};
use crate::domain::{Column, Kept, Stream, Transaction};

/// The adapter of the [`Store`] port.
#[derive(Debug, Clone)]
pub struct DynamoDb {
    client: Client,
    table: String,
}

impl DynamoDb {
    /// What was counted, in this table.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        let table = table.into();
        Self { client, table }
    }

    fn writes(&self, transaction: &Transaction) -> Result<Vec<TransactWriteItem>, BoxError> {
        let events = transaction.events.iter();
        let events = events.map(|(stream, number, kept)| items::event(stream, *number, kept));
        let puts = events.map(|item| put_new(&self.table, item?));
        let shard = items::shard(transaction);
        let rows = transaction.counts.rows();
        let updates = rows
            .map(|(period, row, columns)| self.add(items::counter(period, row, shard), columns));
        puts.chain(updates).collect()
    }

    fn add(
        &self,
        counter: Item,
        columns: &BTreeMap<Column, u64>,
    ) -> Result<TransactWriteItem, BoxError> {
        let terms: Vec<_> = (0..columns.len()).map(|n| format!("#{n} :{n}")).collect();
        let mut update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(counter))
            .update_expression(format!("ADD {}", terms.join(", ")));
        for (n, (column, number)) in columns.iter().enumerate() {
            let number = AttributeValue::N(number.to_string());
            update = update
                .expression_attribute_names(format!("#{n}"), column.to_string())
                .expression_attribute_values(format!(":{n}"), number);
        }
        let update = update.build()?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}

impl Store for DynamoDb {
    async fn story(&self, stream: &Stream) -> Result<Vec<Kept>, StoreError> {
        let request = self.client.query().table_name(&self.table);
        let pages = request
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(stream.to_string()))
            .consistent_read(true)
            .into_paginator();
        let items = pages.items().send().collect::<Result<Vec<_>, _>>().await;
        let items = items.map_err(|error| {
            StoreError::Unavailable(AwsFailure::new("dynamodb:Query", &error).into())
        })?;
        let story: Result<_, _> = items.into_iter().map(items::kept).collect();
        story.map_err(StoreError::Unavailable)
    }

    async fn commit(&self, transaction: &Transaction) -> Result<(), StoreError> {
        if transaction.is_empty() {
            return Ok(()); // all were counted before
        }
        let writes = self.writes(transaction).map_err(StoreError::Unavailable)?;
        transact(&self.client, writes).await
    }
}
