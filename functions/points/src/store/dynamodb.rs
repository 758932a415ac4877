//! The ledger in `DynamoDB`.

use aws::{Item, Table, Write, WriteError};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::builders::PutBuilder;
use batch::BoxError;

use super::{Store, items};
use crate::domain::{Decision, LedgerView, Order};

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

    /// The writes of a decision. The condition on the account is what orders decisions.
    fn writes(&self, decision: &Decision) -> Result<Vec<Write>, BoxError> {
        // guard: decision-is-new
        let record = Write::Put(self.table.put_new(items::decision(decision)?));
        let Some(account) = decision.account() else {
            let partner = items::account_key(&decision.partner);
            // guard: account-is-absent
            return Ok(vec![record, Write::Check(self.table.check_absent(partner))]);
        };
        let item = items::account(&decision.partner, account)?;
        let account = match account.sequence {
            // guard: account-is-new
            1 => self.table.put_new(item),
            sequence => self.put_after(item, sequence - 1),
        };
        let entry = self.table.put_new(items::entry(decision)?);
        Ok(vec![record, Write::Put(account), Write::Put(entry)])
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
    async fn load(&self, orders: &[Order<'_>]) -> Result<LedgerView, BoxError> {
        let mut ledger = LedgerView::default();
        for item in self.table.batch_get(&items::keys(orders)).await? {
            items::insert(&mut ledger, item)?;
        }
        Ok(ledger)
    }

    async fn commit(&self, decision: &Decision) -> Result<(), WriteError> {
        self.table.write(self.writes(decision)?).await
    }
}
