//! Matching's table in `DynamoDB`.

use aws::{Item, Table, WriteError, read_item};
use batch::BoxError;
use contract::{Category, PartnerId, Region, RequestId};

use super::{CommitError, Store, expressions};
use crate::domain::{Partner, Registration, Request, Transition};

/// The adapter of the [`Store`] port.
#[derive(Clone, Debug)]
pub struct DynamoDb {
    table: Table,
}

impl DynamoDb {
    /// Requests, partners and candidates in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }
}

impl Store for DynamoDb {
    async fn request(&self, id: &RequestId) -> Result<Option<Request>, BoxError> {
        let found = self.table.get(expressions::request_key(id)).await?;
        Ok(found.map(read_item).transpose()?)
    }

    async fn partner(&self, id: &PartnerId) -> Result<Option<Partner>, BoxError> {
        let found = self.table.get(expressions::partner_key(id)).await?;
        Ok(found.map(read_item).transpose()?)
    }

    async fn partners(&self, ids: &[&PartnerId]) -> Result<Vec<Partner>, BoxError> {
        let keys: Vec<Item> = ids.iter().map(|id| expressions::partner_key(id)).collect();
        let found = self.table.batch_get(&keys).await?.into_iter();
        Ok(found.map(read_item).collect::<Result<_, _>>()?)
    }

    async fn candidates(&self, category: &Category, region: &Region) -> Result<Vec<PartnerId>, BoxError> {
        let partition = expressions::candidates(category, region);
        let rows = self.table.query(partition, Some("sk")).await?;
        rows.into_iter().map(expressions::candidate).collect()
    }

    async fn commit(&self, transition: &Transition) -> Result<(), CommitError> {
        let written = match expressions::commit(&self.table, transition) {
            Ok(writes) => self.table.write(writes).await,
            Err(error) => Err(error.into()),
        };
        written.map_err(|error| CommitError::new(transition, error))
    }

    async fn register(&self, registration: &Registration) -> Result<(), WriteError> {
        let writes = expressions::register(&self.table, registration)?;
        self.table.write(writes).await
    }
}
