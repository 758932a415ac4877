//! What the adapter makes of what goes wrong.

use recorded::{Exchange, Recorded, on};
use serde_json::json;

use crate::{request, story};

#[tokio::test]
async fn an_item_that_cannot_be_read_is_an_error() {
    let item = json!({ "pk": { "S": "request#r1" }, "sk": { "S": "event#000001" } });
    refused_to_read(on("Query").json(200, json!({ "Items": [item] }))).await;
}

#[tokio::test]
async fn a_story_that_cannot_be_read_is_unavailable() {
    refused_to_read(on("Query").refuses(400, "ProvisionedThroughputExceededException")).await;
    refused_to_read(on("Query").connection_error()).await;
}

async fn refused_to_read(exchange: Exchange) {
    let answer = story(&Recorded::new([exchange]), &request("r1")).await;
    assert!(answer.is_err(), "{answer:?}");
}
