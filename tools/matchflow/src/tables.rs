//! The stack's tables, read as JSON: what is shown is what is stored, whichever release stored it.

mod history;
mod scan;

use aws::{AwsFailure, Item};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde_json::{Number, Value};

use crate::failure::Failure;
use crate::stack::Stack;

pub use history::Entries;
pub use scan::Scan;

/// The longest stored event: the functions publish no longer one.
const LONGEST: usize = 256 * 1024;

/// The tables of a stack, each by what it is about. Reads are consistent.
#[derive(Clone, Debug)]
pub struct Tables {
    pub matching: Table,
    pub ledger: Table,
    pub notification: Table,
    pub statistics: Table,
}

impl Tables {
    /// The tables of this stack.
    pub fn of(stack: &Stack) -> Result<Self, Failure> {
        let client = Client::new(&stack.config);
        let table = |name| {
            let name = stack.table(name)?.to_owned();
            Ok::<_, Failure>(Table {
                items: aws::Table::new(client.clone(), name.clone()),
                client: client.clone(),
                name,
            })
        };
        Ok(Self {
            matching: table("Matching")?,
            ledger: table("Ledger")?,
            notification: table("Notification")?,
            statistics: table("Statistics")?,
        })
    }
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    items: aws::Table,
    /// The client and the full name, for calls that no function makes.
    client: Client,
    name: String,
}

impl Table {
    /// Another table with the same layout, as one that was restored.
    pub fn renamed(&self, name: &str) -> Self {
        Self {
            items: aws::Table::new(self.client.clone(), name),
            client: self.client.clone(),
            name: name.to_owned(),
        }
    }

    /// The item under this key.
    pub async fn get(&self, pk: String, sk: &str) -> Result<Option<Value>, Failure> {
        let found = self.items.get(aws::key(pk, sk)).await.map_err(|error| failed(&error))?;
        Ok(found.map(json_of))
    }

    /// The items under these keys, without those that are not there.
    pub async fn get_all(&self, keys: impl Iterator<Item = (String, &str)>) -> Result<Vec<Value>, Failure> {
        let keys: Vec<Item> = keys.map(|(pk, sk)| aws::key(pk, sk)).collect();
        let found = self.items.batch_get(&keys).await.map_err(|error| failed(&error))?;
        Ok(found.into_iter().map(json_of).collect())
    }

    /// All items of a partition.
    pub async fn query(&self, pk: String) -> Result<Vec<Value>, Failure> {
        let found = self.items.query(pk, None).await.map_err(|error| failed(&error))?;
        Ok(found.into_iter().map(json_of).collect())
    }
}

fn failed(error: &AwsFailure) -> Failure {
    Failure::of_code(error.operation, &error.code).of_request(error.request_id.as_deref())
}

fn json_of(item: Item) -> Value {
    item.into_iter()
        .map(|(name, value)| (name, json_of_value(value)))
        .collect()
}

fn json_of_value(value: AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => Value::String(text),
        AttributeValue::N(number) => number.parse::<Number>().map_or(Value::String(number), Value::Number),
        AttributeValue::Bool(value) => Value::Bool(value),
        AttributeValue::L(values) => values.into_iter().map(json_of_value).collect(),
        AttributeValue::M(values) => json_of(values),
        AttributeValue::Ss(texts) => texts.into_iter().collect(),
        AttributeValue::B(bytes) => stored_text(bytes.as_ref()),
        _ => Value::Null,
    }
}

/// The tables keep events compressed (docs/decisions/0050): this is the event's text.
fn stored_text(bytes: &[u8]) -> Value {
    let text = decompress_to_vec_zlib_with_limit(bytes, LONGEST).ok();
    text.and_then(|text| String::from_utf8(text).ok())
        .map_or(Value::Null, Value::String)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn an_item_is_the_json_that_it_was_made_of() {
        let nested = HashMap::from([("n".to_owned(), AttributeValue::N("12345678901234567890".to_owned()))]);
        let item = HashMap::from([
            (
                "list".to_owned(),
                AttributeValue::L(vec![AttributeValue::Bool(true), AttributeValue::M(nested)]),
            ),
            ("none".to_owned(), AttributeValue::Null(true)),
        ]);
        let expected = serde_json::json!({ "list": [true, { "n": 12_345_678_901_234_567_890_u64 }], "none": null });
        assert_eq!(json_of(item), expected);
    }

    #[test]
    fn a_stored_event_is_its_text_and_what_is_none_is_nothing() {
        let stored = miniz_oxide::deflate::compress_to_vec_zlib("{\"id\":\"한\"}".as_bytes(), 6);
        assert_eq!(stored_text(&stored), "{\"id\":\"한\"}");
        assert_eq!(stored_text(b"no zlib"), Value::Null);
    }
}
