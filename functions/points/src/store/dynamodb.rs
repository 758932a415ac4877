//! The ledger in `DynamoDB`.

use aws::{Conflict, Item, Table, Write, WriteError};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use aws_sdk_dynamodb::types::builders::PutBuilder;
use batch::BoxError;
use contract::PartnerId;

use super::{CommitError, Store, items};
use crate::domain::{AccountChange, Decision, LedgerView, Order, account_changes};

/// The adapter of the [`Store`] port.
#[derive(Clone, Debug)]
pub struct DynamoDb {
    table: Table,
}

impl DynamoDb {
    /// The ledger in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    async fn read(&self, keys: &[Item]) -> Result<LedgerView, BoxError> {
        items::view(self.table.batch_get(keys).await?)
    }

    /// The writes of decisions. The conditions on their accounts are what orders decisions. Each asks for what is stored
    /// instead, so that nothing has to be read before.
    fn writes(&self, decisions: &[&Decision]) -> Result<Vec<Write>, BoxError> {
        let mut writes = Vec::new();
        for decision in decisions {
            // guard: decision-is-new
            let decision = self.table.put_new(items::decision(decision)?);
            writes.push(Write::Put(decision.return_values_on_condition_check_failure(AllOld)));
        }
        for (partner, change) in account_changes(decisions) {
            writes.push(self.account_write(partner, change)?);
        }
        Ok(writes)
    }

    fn account_write(&self, partner: &PartnerId, change: AccountChange) -> Result<Write, BoxError> {
        let Some(after) = change.after else {
            // guard: account-is-absent
            let check = self.table.check_absent(items::account_key(partner));
            return Ok(Write::Check(check.return_values_on_condition_check_failure(AllOld)));
        };
        let item = items::account(partner, after)?;
        let put = match change.sequence_before {
            // guard: account-is-new
            0 => self.table.put_new(item),
            before => self.put_after(item, before),
        };
        Ok(Write::Put(put.return_values_on_condition_check_failure(AllOld)))
    }

    fn put_after(&self, item: Item, sequence: u64) -> PutBuilder {
        let put = self.table.put(item);
        put
            // guard: account-is-unchanged
            .condition_expression("#sequence = :before")
            .expression_attribute_names("#sequence", "sequence")
            .expression_attribute_values(":before", AttributeValue::N(sequence.to_string()))
    }
}

impl Store for DynamoDb {
    async fn accounts(&self, partners: &[&PartnerId]) -> Result<LedgerView, BoxError> {
        let keys: Vec<_> = partners.iter().map(|partner| items::account_key(partner)).collect();
        self.read(&keys).await
    }

    async fn load(&self, orders: &[&Order<'_>]) -> Result<LedgerView, BoxError> {
        self.read(&items::keys(orders)).await
    }

    async fn commit(&self, decisions: &[&Decision]) -> Result<(), CommitError> {
        match self.table.write(self.writes(decisions)?).await {
            Ok(()) => Ok(()),
            Err(WriteError::Conflict(conflict)) => Err(CommitError::Conflict {
                stored: stored(&conflict)?,
                conflict,
            }),
            Err(WriteError::Failed(error)) => Err(CommitError::Failed(error)),
        }
    }
}

/// What the failed conditions met, if all of them say it.
fn stored(conflict: &Conflict) -> Result<Option<LedgerView>, BoxError> {
    if !conflict.contended.is_empty() {
        return Ok(None);
    }
    let items: Option<Vec<Item>> = conflict.failed.iter().map(|failed| failed.item.clone()).collect();
    items.map(items::view).transpose()
}
