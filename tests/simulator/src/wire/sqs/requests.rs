//! The parameters of each operation's request.

use std::borrow::Cow;

use serde::Deserialize;

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
