//! The parameters of each operation's request.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::sqs::Attribute;

pub(super) fn parsed<'b, T: Deserialize<'b>>(body: &'b [u8]) -> T {
    serde_json::from_slice(body).unwrap()
}

/// The queue, which every request names.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct To<'b> {
    #[serde(borrow)]
    pub(super) queue_url: Cow<'b, str>,
}

#[derive(Deserialize)]
pub(super) struct Send {
    #[serde(rename = "MessageBody")]
    pub(super) body: String,
    #[serde(rename = "MessageGroupId")]
    pub(super) group: Option<String>,
    #[serde(rename = "MessageDeduplicationId")]
    pub(super) deduplication_id: Option<String>,
    #[serde(rename = "MessageAttributes", default)]
    pub(super) attributes: BTreeMap<String, Attribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Receive {
    pub(super) max_number_of_messages: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Delete {
    pub(super) receipt_handle: String,
}

/// A request to change a visibility time-out, or one entry of a batch request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Change {
    #[serde(default)]
    pub(super) id: String,
    pub(super) receipt_handle: String,
    pub(super) visibility_timeout: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangeBatch {
    pub(super) entries: Vec<Change>,
}
