//! The ledger in `DynamoDB`.

use aws::AwsFailure;
use aws::{ABSENT, Item, put_new, transact};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, KeysAndAttributes, Put, TransactWriteItem,
};
use batch::BoxError;

use super::items;
use super::{Store, StoreError};
use crate::domain::{Books, Decision, Order};

/// A `BatchGetItem` reads no more keys than this.
const READ_LIMIT: usize = 100;

/// The adapter of the [`Store`] port.
#[derive(Debug, Clone)]
pub struct DynamoDb {
    client: Client,
    table: String,
}

impl DynamoDb {
    /// The ledger in this table.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        let table = table.into();
        Self { client, table }
    }

    async fn read(&self, keys: &[Item]) -> Result<Vec<Item>, BoxError> {
        let wanted = KeysAndAttributes::builder()
            .set_keys(Some(keys.to_vec()))
            .consistent_read(true)
            .build()?;
        let request = self.client.batch_get_item();
        let answer = request.request_items(&self.table, wanted).send().await;
        let answer = answer.map_err(|error| AwsFailure::new("dynamodb:BatchGetItem", &error))?;
        // An item that was left out is not an item that is absent: taking it for one would refuse
        // a charge for an unknown account.
        if answer.unprocessed_keys.is_some_and(|left| !left.is_empty()) {
            return Err("the table left keys unread".into());
        }
        let mut tables = answer.responses.unwrap_or_default();
        Ok(tables.remove(&self.table).unwrap_or_default())
    }

    /// The writes of a decision. The condition on the account is what orders decisions.
    fn writes(&self, decision: &Decision) -> Result<Vec<TransactWriteItem>, BoxError> {
        let record = put_new(&self.table, items::decision(decision)?)?;
        let Some(account) = decision.account() else {
            let partner = items::account_key(&decision.partner);
            return Ok(vec![record, self.check_absent(partner)?]);
        };
        let item = items::account(&decision.partner, account)?;
        let account = match account.sequence {
            1 => put_new(&self.table, item)?,
            sequence => self.put_after(item, sequence - 1)?,
        };
        let entry = put_new(&self.table, items::entry(decision)?)?;
        Ok(vec![record, account, entry])
    }

    fn put_after(&self, item: Item, sequence: u64) -> Result<TransactWriteItem, BoxError> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("#sequence = :before")
            .expression_attribute_names("#sequence", "sequence")
            .expression_attribute_values(":before", AttributeValue::N(sequence.to_string()))
            .build()?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn check_absent(&self, key: Item) -> Result<TransactWriteItem, BoxError> {
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(key))
            .condition_expression(ABSENT)
            .build()?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }
}

impl Store for DynamoDb {
    async fn load(&self, orders: &[Order<'_>]) -> Result<Books, StoreError> {
        let mut books = Books::default();
        for keys in items::keys(orders).chunks(READ_LIMIT) {
            let found = self.read(keys).await.map_err(StoreError::Unavailable)?;
            for item in found {
                items::note(&mut books, item).map_err(StoreError::Unavailable)?;
            }
        }
        Ok(books)
    }

    async fn commit(&self, decision: &Decision) -> Result<(), StoreError> {
        let writes = self.writes(decision).map_err(StoreError::Unavailable)?;
        transact(&self.client, writes).await
    }
}
