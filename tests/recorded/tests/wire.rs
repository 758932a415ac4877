//! The real clients over recorded exchanges: JSON and form requests, every kind of answer.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use recorded::{Recorded, on};
use serde_json::json;

#[tokio::test]
async fn json_is_parsed_and_answered() {
    let aws = Recorded::new([on("DescribeTable")
        .with(json!({ "TableName": "t" }))
        .json(200, json!({ "Table": { "TableName": "t" } }))]);
    let client = aws_sdk_dynamodb::Client::new(&aws.config());
    let answer = client.describe_table().table_name("t").send().await.unwrap();
    assert_eq!(answer.table().unwrap().table_name(), Some("t"));
    assert_eq!(aws.finish()[0].body, json!({ "TableName": "t" }));
}

#[tokio::test]
async fn a_form_is_parsed_and_refused() {
    let aws = Recorded::new([on("Publish")
        .with(json!({ "Message": "a&b ☃" }))
        .refuses(403, "AuthorizationError")]);
    let client = aws_sdk_sns::Client::new(&aws.config());
    let refused = client.publish().message("a&b ☃").send().await.unwrap_err();
    assert_eq!(refused.code(), Some("AuthorizationError"));
}

#[tokio::test]
async fn json_refusals_have_their_code() {
    let aws = Recorded::new([on("DescribeTable").refuses(400, "ResourceNotFoundException")]);
    let client = aws_sdk_dynamodb::Client::new(&aws.config());
    let refused = client.describe_table().table_name("t").send().await.unwrap_err();
    assert!(refused.into_service_error().is_resource_not_found_exception());
}

#[tokio::test]
async fn the_wire_breaks_and_hangs() {
    let aws = Recorded::new([on("ListTables").connection_error(), on("ListTables").never()]);
    let patience = TimeoutConfig::builder()
        .operation_timeout(Duration::from_millis(20))
        .build();
    let config = aws.config().into_builder().timeout_config(patience).build();
    let client = aws_sdk_dynamodb::Client::new(&config);
    let broken = client.list_tables().send().await.unwrap_err();
    assert!(matches!(broken, SdkError::DispatchFailure(_)));
    let hanging = client.list_tables().send().await.unwrap_err();
    assert!(matches!(hanging, SdkError::TimeoutError(_)));
}

#[tokio::test]
#[should_panic(expected = "no exchange fits")]
async fn an_unexpected_request_fails_the_test() {
    let aws = Recorded::new([on("PutItem").with(json!({ "Item": {} })).json(200, json!({}))]);
    let client = aws_sdk_dynamodb::Client::new(&aws.config());
    let _ = client.put_item().table_name("t").send().await;
}

#[tokio::test]
#[should_panic(expected = "no exchange fits")]
async fn another_operation_fails_the_test() {
    let aws = Recorded::new([on("GetItem").json(200, json!({}))]);
    let client = aws_sdk_dynamodb::Client::new(&aws.config());
    let _ = client.list_tables().send().await;
}

#[test]
#[should_panic(expected = "never asked")]
fn an_unused_exchange_fails_the_test() {
    Recorded::new([on("PutItem").json(200, json!({}))]).finish();
}
