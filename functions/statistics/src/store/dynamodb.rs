//! The events, increments and counters in `DynamoDB`.

use std::ops::RangeInclusive;

use aws::{Table, Write, WriteError, read_item};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use batch::BoxError;
use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::{Store, items};
use crate::domain::{Columns, CountedEvent, Counts, FoldState, History, HistoryKey, NumberedEvent, Place, Row, Series};

/// The adapter of the [`Store`] port.
#[derive(Clone, Debug)]
pub struct DynamoDb {
    table: Table,
}

impl DynamoDb {
    /// The events, increments and counters in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    fn add_row(&self, row: &Row, shard: u64) -> Write {
        let update = self.table.update(items::counter_key(&row.name, shard));
        Write::Update(with_added(update, &row.columns))
    }
}

/// The update that adds to these columns.
fn with_added(update: UpdateBuilder, columns: &Columns) -> UpdateBuilder {
    let terms: Vec<_> = (0..columns.len()).map(|n| format!("#{n} :{n}")).collect();
    let mut update = update.update_expression(format!("ADD {}", terms.join(", ")));
    for (n, (column, number)) in columns.iter().enumerate() {
        let number = AttributeValue::N(number.to_string());
        update = update
            .expression_attribute_names(format!("#{n}"), column)
            .expression_attribute_values(format!(":{n}"), number);
    }
    update
}

impl Store for DynamoDb {
    async fn load_since(&self) -> Result<Option<Timestamp>, BoxError> {
        let item = self.table.get(items::since_key()).await?;
        Ok(item.map(items::read_since).transpose()?)
    }

    async fn save_since(&self, since: Timestamp) -> Result<(), WriteError> {
        // guard: since-is-saved-once
        let put = self.table.put_new(items::since_item(since)?);
        self.table.write(vec![Write::Put(put)]).await
    }

    async fn is_empty(&self) -> Result<bool, BoxError> {
        Ok(self.table.is_empty().await?)
    }

    async fn count(&self, events: &[CountedEvent], increments: &Counts, at: &Place) -> Result<(), WriteError> {
        let mut writes = Vec::with_capacity(events.len() + 1);
        for event in events {
            // guard: event-is-new
            writes.push(Write::Put(self.table.put_new(items::event_item(event)?)));
        }
        // guard: place-is-free
        writes.push(Write::Put(self.table.put_new(items::increments_item(increments, at)?)));
        self.table.write(writes).await
    }

    async fn last_number(&self, series: &Series) -> Result<u64, BoxError> {
        match self.table.query_last(items::increments_pk(series)).await? {
            Some(item) => Ok(items::read_increments(item)?.0),
            None => Ok(0),
        }
    }

    async fn load_increments(
        &self,
        numbers: &[(Series, RangeInclusive<u64>)],
    ) -> Result<Vec<(Place, Counts)>, BoxError> {
        let queries = numbers.iter().map(async |(series, numbers)| {
            let [first, last] = [numbers.start(), numbers.end()].map(|number| items::increments_sk(*number));
            let pk = items::increments_pk(series);
            let items = self.table.query_between(pk, first, last).await?;
            let read = |item| -> Result<_, BoxError> {
                let (number, counts) = items::read_increments(item)?;
                let series = series.clone();
                Ok((Place { series, number }, counts))
            };
            items.into_iter().map(read).collect::<Result<Vec<_>, _>>()
        });
        Ok(try_join_all(queries).await?.into_iter().flatten().collect())
    }

    async fn load_fold_state(&self) -> Result<FoldState, BoxError> {
        let item = self.table.get(items::fold_key()).await?;
        Ok(item.map(read_item).transpose()?.unwrap_or_default())
    }

    async fn add(&self, rows: &[Row], before: &FoldState, after: &FoldState) -> Result<(), WriteError> {
        let state = items::fold_item(after)?;
        let state = match before.version {
            0 => self.table.put_new(state),
            version => {
                let version = AttributeValue::N(version.to_string());
                // guard: increments-are-folded-once
                let put = self.table.put(state).condition_expression("version = :version");
                put.expression_attribute_values(":version", version)
            }
        };
        let mut writes = vec![Write::Put(state)];
        writes.extend(rows.iter().map(|row| self.add_row(row, items::FOLDED)));
        self.table.write(writes).await
    }

    async fn load_history(&self, key: &HistoryKey) -> Result<History, BoxError> {
        let items = self.table.query(key.to_string(), None).await?;
        Ok(items::read_history(items)?)
    }

    async fn count_numbered(&self, new: &NumberedEvent) -> Result<(), WriteError> {
        // guard: number-is-free
        let put = self.table.put_new(items::numbered_item(new)?);
        let mut writes = vec![Write::Put(put)];
        let (rows, shard) = (new.growth.rows(), items::shard(new));
        writes.extend(rows.iter().map(|row| self.add_row(row, shard)));
        self.table.write(writes).await
    }
}
