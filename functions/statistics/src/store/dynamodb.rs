//! The events and counters in `DynamoDB`.

use std::collections::BTreeMap;

use aws::{Item, Table, Write, WriteError};
use aws_sdk_dynamodb::types::AttributeValue;
use batch::BoxError;

use super::{Store, items};
use crate::domain::{Column, CountedEvent, HistoryKey, Transaction};

/// The adapter of the [`Store`] port.
#[derive(Clone, Debug)]
pub struct DynamoDb {
    table: Table,
}

impl DynamoDb {
    /// The events and counters in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    fn writes(&self, transaction: &Transaction) -> Result<Vec<Write>, BoxError> {
        let mut writes = Vec::with_capacity(transaction.items());
        for event in &transaction.events {
            // guard: event-is-new
            writes.push(Write::Put(self.table.put_new(items::event_item(event)?)));
        }
        let shard = items::shard(transaction);
        for (period, dimension, columns) in transaction.counts.rows() {
            writes.push(self.add(items::counter_key(period, dimension, shard), columns));
        }
        Ok(writes)
    }

    fn add(&self, counter_key: Item, columns: &BTreeMap<Column, u64>) -> Write {
        let terms: Vec<_> = (0..columns.len()).map(|n| format!("#{n} :{n}")).collect();
        let update = self.table.update(counter_key);
        let mut update = update.update_expression(format!("ADD {}", terms.join(", ")));
        for (n, (column, number)) in columns.iter().enumerate() {
            let number = AttributeValue::N(number.to_string());
            update = update
                .expression_attribute_names(format!("#{n}"), column.to_string())
                .expression_attribute_values(format!(":{n}"), number);
        }
        Write::Update(update)
    }
}

impl Store for DynamoDb {
    async fn load_history(&self, key: &HistoryKey) -> Result<Vec<CountedEvent>, BoxError> {
        let items = self.table.query(key.to_string(), None).await?;
        items.into_iter().map(items::read_event).collect()
    }

    async fn commit(&self, transaction: &Transaction) -> Result<(), WriteError> {
        self.table.write(self.writes(transaction)?).await // an empty transaction writes nothing
    }
}
