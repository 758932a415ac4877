//! The adapter's errors.

use recorded::{Exchange, Recorded, on};
use serde_json::json;

use crate::numbered::load_history;
use crate::request;

#[tokio::test]
async fn an_item_that_cannot_be_read_is_an_error() {
    let item = json!({ "pk": { "S": "request#r1" }, "sk": { "S": "event#000001" } });
    assert_unreadable(on("Query").json(200, json!({ "Items": [item] }))).await;
}

#[tokio::test]
async fn a_history_that_cannot_be_read_is_an_error() {
    assert_unreadable(on("Query").refuses(400, "ProvisionedThroughputExceededException")).await;
    assert_unreadable(on("Query").connection_error()).await;
}

async fn assert_unreadable(exchange: Exchange) {
    let answer = load_history(&Recorded::new([exchange]), &request("r1")).await;
    assert!(answer.is_err(), "{answer:?}");
}
