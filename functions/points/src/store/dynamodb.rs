//! The ledger in `DynamoDB`.

use aws::{Item, Table, WriteError};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
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
    fn writes(&self, decision: &Decision) -> Result<Vec<TransactWriteItem>, BoxError> {
        // guard: decision-is-new
        let record = self.table.put_new(items::decision(decision)?)?;
        let Some(account) = decision.account() else {
            let partner = items::account_key(&decision.partner);
            // guard: account-is-absent
            return Ok(vec![record, self.table.check_absent(partner)?]);
        };
        let item = items::account(&decision.partner, account)?;
        let account = match account.sequence {
            // guard: account-is-new
            1 => self.table.put_new(item)?,
            sequence => self.put_after(item, sequence - 1)?,
        };
        let entry = self.table.put_new(items::entry(decision)?)?;
        Ok(vec![record, account, entry])
    }

    fn put_after(&self, item: Item, sequence: u64) -> Result<TransactWriteItem, BoxError> {
        let put = self.table.put_builder(item);
        let put = put
            // guard: account-is-unchanged
            .condition_expression("#sequence = :before")
            .expression_attribute_names("#sequence", "sequence")
            .expression_attribute_values(":before", AttributeValue::N(sequence.to_string()));
        Ok(TransactWriteItem::builder().put(put.build()?).build())
    }
}

impl Store for DynamoDb {
    async fn load(&self, orders: &[Order<'_>]) -> Result<LedgerView, BoxError> {
        let mut books = LedgerView::default();
        for item in self.table.batch_get(&items::keys(orders)).await? {
            items::note(&mut books, item)?;
        }
        Ok(books)
    }

    async fn commit(&self, decision: &Decision) -> Result<(), WriteError> {
        self.table.write(self.writes(decision)?).await
    }
}
