//! A transaction as the real client sends it, and what is made of its answers.

use std::error::Error;

use aws::{Table, WriteError, key};
use aws_sdk_dynamodb::Client;
use recorded::{Exchange, Recorded, on};
use serde_json::json;

fn table(aws: &Recorded) -> Table {
    Table::new(Client::new(&aws.config()), "t")
}

async fn refused(exchange: Exchange) -> WriteError {
    let aws = Recorded::new([exchange]);
    let table = table(&aws);
    let write = table.put_new(key("p", "s")).unwrap();
    let error = table.transact(vec![write]).await;
    aws.finish();
    error.unwrap_err()
}

/// What the log says of it.
fn cause(error: &WriteError) -> String {
    error.source().unwrap().to_string()
}

async fn canceled(codes: [&str; 3]) -> WriteError {
    let reasons = codes.map(|code| json!({ "Code": code }));
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled", "CancellationReasons": reasons,
    });
    refused(on("TransactWriteItems").json(400, body)).await
}

#[tokio::test]
async fn a_new_item_is_put_where_none_is() {
    let aws = Recorded::new([on("TransactWriteItems").json(200, json!({}))]);
    let table = table(&aws);
    let write = table.put_new(key("p", "s")).unwrap();
    table.transact(vec![write]).await.unwrap();
    let sent = aws.finish().remove(0).body["TransactItems"].clone();
    let put = json!({
        "TableName": "t",
        "Item": { "pk": { "S": "p" }, "sk": { "S": "s" } },
        "ConditionExpression": "attribute_not_exists(pk)",
    });
    assert_eq!(sent, json!([{ "Put": put }]));
}

#[tokio::test]
async fn behaviour_27_conditions_and_conflicts_are_told_from_all_else() {
    for codes in [
        ["ConditionalCheckFailed", "None", "None"],
        ["None", "ConditionalCheckFailed", "None"],
        ["None", "TransactionConflict", "None"],
        ["TransactionConflict", "None", "ConditionalCheckFailed"],
    ] {
        let error = canceled(codes).await;
        assert!(
            matches!(error, WriteError::Conflict(_)),
            "{codes:?}: {error:?}"
        );
    }
    for codes in [
        ["None", "ThrottlingError", "None"],
        ["None", "ProvisionedThroughputExceeded", "None"],
        ["None", "ItemCollectionSizeLimitExceeded", "None"],
        ["None", "ValidationError", "None"],
        ["None", "ThrottlingError", "ConditionalCheckFailed"],
        ["TransactionConflict", "ThrottlingError", "None"],
        ["None", "None", "None"],
    ] {
        let error = canceled(codes).await;
        assert!(
            matches!(error, WriteError::Unavailable(_)),
            "{codes:?}: {error:?}"
        );
        let reasons = format!("[{}]", codes.join(", "));
        assert!(cause(&error).contains(&reasons), "{}", cause(&error));
    }
}

#[tokio::test]
async fn every_other_failure_is_unavailable() {
    for exchange in [
        on("TransactWriteItems").refuses(400, "ProvisionedThroughputExceededException"),
        on("TransactWriteItems").refuses(400, "TransactionInProgressException"),
        on("TransactWriteItems").refuses(400, "AccessDeniedException"),
        on("TransactWriteItems").refuses(400, "ResourceNotFoundException"),
        on("TransactWriteItems").refuses(500, "InternalServerError"),
        on("TransactWriteItems").connection_error(),
    ] {
        let error = refused(exchange).await;
        assert!(matches!(error, WriteError::Unavailable(_)), "{error:?}");
        assert!(!cause(&error).contains('['), "{}", cause(&error));
    }
}
