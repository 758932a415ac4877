//! A partner's account, and the items of the ledger.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use lambda_runtime::Error;

pub type Item = HashMap<String, AttributeValue>;

#[derive(Clone, Copy)]
pub struct Account {
    pub balance: u64,
    pub sequence: u64,
}

impl Account {
    pub fn of_item(item: &Item) -> Result<Self, Error> {
        let number = |name: &str| {
            let text = item.get(name).and_then(|value| value.as_n().ok());
            text.ok_or("an account without a number")?
                .parse::<u64>()
                .map_err(Error::from)
        };
        Ok(Self {
            balance: number("balance")?,
            sequence: number("sequence")?,
        })
    }

    /// A put of the account, if it is still as it was read.
    pub fn put(self, table: &str, partner: &str, read_sequence: u64) -> Result<TransactWriteItem, BuildError> {
        let mut item = key(format!("partner#{partner}"), "account");
        item.insert("balance".to_owned(), number(self.balance));
        item.insert("sequence".to_owned(), number(self.sequence));
        let put = Put::builder().table_name(table).set_item(Some(item));
        let put = put
            .condition_expression("#sequence = :before")
            .expression_attribute_names("#sequence", "sequence")
            .expression_attribute_values(":before", number(read_sequence));
        Ok(TransactWriteItem::builder().put(put.build()?).build())
    }

    /// A put of the transfer that left the account so, if its match was not charged before.
    pub fn put_transfer(
        self,
        table: &str,
        partner: &str,
        match_id: &str,
        points: u64,
    ) -> Result<TransactWriteItem, BuildError> {
        let mut item = key(format!("match#{match_id}"), "transfer");
        item.insert("partner".to_owned(), AttributeValue::S(partner.to_owned()));
        item.insert("points".to_owned(), number(points));
        item.insert("balance".to_owned(), number(self.balance));
        item.insert("sequence".to_owned(), number(self.sequence));
        let put = Put::builder().table_name(table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk)");
        Ok(TransactWriteItem::builder().put(put.build()?).build())
    }
}

pub fn key(pk: String, sk: &str) -> Item {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(pk)),
        ("sk".to_owned(), AttributeValue::S(sk.to_owned())),
    ])
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
