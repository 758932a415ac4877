//! Reading stored items as Rust types.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;
use serde_dynamo::Error;

use super::Item;

/// A stored item, or an attribute of one, is not as it was written. serde's message quotes the value that it found, which may
/// be a customer's phone number; this one says what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored item cannot be read: {0}")]
pub struct UnreadableItem(String);

/// Reads an item.
pub fn read_item<T: DeserializeOwned>(item: Item) -> Result<T, UnreadableItem> {
    Ok(serde_dynamo::from_item(item)?)
}

/// Reads an attribute.
pub fn read_attribute<T: DeserializeOwned>(attribute: AttributeValue) -> Result<T, UnreadableItem> {
    Ok(serde_dynamo::from_attribute_value(attribute)?)
}

impl From<Error> for UnreadableItem {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        // serde's messages quote what they found, then say ", expected …"; those about a missing member or another kind of
        // attribute quote nothing.
        let quotes_nothing = ["missing field ", "Expected "]
            .iter()
            .any(|start| message.starts_with(start));
        let without_value = match message.rsplit_once(", expected ") {
            _ if quotes_nothing => message,
            Some((_, expected)) => format!("expected {expected}"),
            None => "its contents are not those that were written".to_owned(),
        };
        Self(without_value)
    }
}
