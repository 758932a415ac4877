//! What the adapter makes of what goes wrong.

use recorded::{Exchange, Recorded, on};
use serde_json::json;
use statistics::store::{Store, StoreError};

use crate::events::matched;
use crate::{load, request, store, transaction};

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
    let answer = load(&Recorded::new([exchange]), &[&request("r1")]).await;
    assert!(
        matches!(answer, Err(StoreError::Unavailable(_))),
        "{answer:?}"
    );
}

async fn refused(exchange: Exchange) -> StoreError {
    let aws = Recorded::new([exchange]);
    let transaction = transaction(&[matched("r1", 1)]);
    let error = store(&aws).commit(&transaction).await.unwrap_err();
    aws.finish();
    error
}

async fn canceled(codes: [&str; 3]) -> StoreError {
    let reasons = codes.map(|code| json!({ "Code": code }));
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled", "CancellationReasons": reasons,
    });
    refused(on("TransactWriteItems").json(400, body)).await
}

#[tokio::test]
async fn conditions_and_conflicts_are_told_from_all_else() {
    for codes in [
        ["ConditionalCheckFailed", "None", "None"],
        ["None", "TransactionConflict", "None"],
        ["None", "ThrottlingError", "ConditionalCheckFailed"],
    ] {
        let error = canceled(codes).await;
        assert!(
            matches!(error, StoreError::Conflict(_)),
            "{codes:?}: {error:?}"
        );
    }
    for code in [
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
        "ValidationError",
    ] {
        let error = canceled(["None", code, "None"]).await;
        assert!(
            matches!(error, StoreError::Unavailable(_)),
            "{code}: {error:?}"
        );
    }
    for exchange in [
        on("TransactWriteItems").refuses(400, "ProvisionedThroughputExceededException"),
        on("TransactWriteItems").refuses(400, "TransactionInProgressException"),
        on("TransactWriteItems").refuses(400, "ValidationException"),
        on("TransactWriteItems").refuses(500, "InternalServerError"),
        on("TransactWriteItems").connection_error(),
    ] {
        let error = refused(exchange).await;
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    }
}
