//! Reads of a table as the real client sends them, and what is made of the answers.

use aws::{Item, Table, key, read_item};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use recorded::{Recorded, on};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::common::failing;

fn table(aws: &Recorded) -> Table {
    Table::new(Client::new(&aws.config()), "t")
}

fn keys(count: usize) -> Vec<Item> {
    (0..count).map(|n| key("p", n.to_string())).collect()
}

fn as_json(sk: usize) -> Value {
    json!({ "pk": { "S": "p" }, "sk": { "S": sk.to_string() } })
}

#[tokio::test]
async fn one_item_is_read_consistently() {
    let aws = Recorded::new([
        on("GetItem").json(200, json!({ "Item": as_json(1) })),
        on("GetItem").json(200, json!({})),
    ]);
    assert_eq!(table(&aws).get(key("p", "1")).await, Ok(Some(key("p", "1"))));
    assert_eq!(table(&aws).get(key("p", "1")).await, Ok(None));
    let expected = json!({ "TableName": "t", "Key": as_json(1), "ConsistentRead": true });
    assert_eq!(aws.finish()[0].body, expected);
}

#[tokio::test]
async fn many_items_are_read_a_hundred_keys_a_call() {
    let wanted = |range: std::ops::Range<usize>| {
        let keys: Vec<_> = range.map(as_json).collect();
        json!({ "RequestItems": { "t": { "Keys": keys, "ConsistentRead": true } } })
    };
    let found = |sk: usize| json!({ "Responses": { "t": [as_json(sk)] }, "UnprocessedKeys": {} });
    let aws = Recorded::new([
        on("BatchGetItem").with(wanted(0..100)).json(200, found(7)),
        on("BatchGetItem").with(wanted(100..200)).json(200, found(107)),
        on("BatchGetItem").with(wanted(200..201)).json(200, found(200)),
    ]);
    let items = table(&aws).batch_get(&keys(201)).await.unwrap();
    assert_eq!(items, [7, 107, 200].map(|n: usize| key("p", n.to_string())));
    assert_eq!(aws.requests().len(), 3);
    assert_eq!(table(&aws).batch_get(&[]).await, Ok(vec![]));
    assert_eq!(aws.requests().len(), 3, "no key is no request");
}

#[tokio::test]
async fn a_key_that_is_given_twice_is_read_once() {
    let wanted = json!({ "RequestItems": { "t": { "Keys": [as_json(0), as_json(1)], "ConsistentRead": true } } });
    let found = json!({ "Responses": { "t": [as_json(0)] }, "UnprocessedKeys": {} });
    let aws = Recorded::new([on("BatchGetItem").with(wanted).json(200, found)]);
    let twice = [keys(2), keys(1)].concat();
    assert_eq!(table(&aws).batch_get(&twice).await, Ok(keys(1)));
    aws.finish();
}

#[tokio::test]
async fn keys_that_were_not_read_are_an_error_not_absent_items() {
    let unprocessed = json!({ "t": { "Keys": [as_json(1)] } });
    let aws = Recorded::new([on("BatchGetItem").json(
        200,
        json!({ "Responses": { "t": [as_json(0)] }, "UnprocessedKeys": unprocessed }),
    )]);
    let error = table(&aws).batch_get(&keys(2)).await.unwrap_err();
    let expected = "dynamodb:BatchGetItem: throttled: some keys were not read";
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[tokio::test]
async fn a_partition_is_read_consistently_and_to_its_end() {
    let query = json!({
        "TableName": "t", "ConsistentRead": true, "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": { ":pk": { "S": "p" } }, "ProjectionExpression": "sk",
    });
    let aws = Recorded::new([
        on("Query")
            .with(json!({ "ExclusiveStartKey": as_json(1) }))
            .json(200, json!({ "Items": [as_json(2)] })),
        on("Query").json(200, json!({ "Items": [as_json(1)], "LastEvaluatedKey": as_json(1) })),
    ]);
    let items = table(&aws).query("p".to_owned(), Some("sk")).await.unwrap();
    assert_eq!(items, [key("p", "1"), key("p", "2")]);
    assert_eq!(aws.finish()[0].body, query);
}

#[tokio::test]
async fn a_part_of_a_partition_is_read_to_its_end() {
    let query = json!({
        "TableName": "t", "ConsistentRead": true, "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
        "ExpressionAttributeValues": { ":pk": { "S": "p" }, ":first": { "S": "1" }, ":last": { "S": "2" } },
    });
    let aws = Recorded::new([
        on("Query")
            .with(json!({ "ExclusiveStartKey": as_json(1) }))
            .json(200, json!({ "Items": [as_json(2)] })),
        on("Query").json(200, json!({ "Items": [as_json(1)], "LastEvaluatedKey": as_json(1) })),
    ]);
    let [pk, first, last] = ["p", "1", "2"].map(str::to_owned);
    let items = table(&aws).query_between(pk, first, last).await;
    assert_eq!(items.unwrap(), [key("p", "1"), key("p", "2")]);
    assert_eq!(aws.finish()[0].body, query);
}

#[tokio::test]
async fn the_last_item_of_a_partition_is_the_first_backwards() {
    let query = json!({
        "TableName": "t", "ConsistentRead": true, "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": { ":pk": { "S": "p" } }, "ScanIndexForward": false, "Limit": 1,
    });
    let found = json!({ "Items": [as_json(2)], "LastEvaluatedKey": as_json(2) });
    for (answer, last) in [(found, Some(key("p", "2"))), (json!({ "Items": [] }), None)] {
        let aws = Recorded::new([on("Query").json(200, answer)]);
        assert_eq!(table(&aws).query_last("p".to_owned()).await, Ok(last));
        assert_eq!(aws.finish()[0].body, query);
    }
}

#[tokio::test]
async fn a_table_without_any_item_is_empty() {
    for (items, is_empty) in [(json!([]), true), (json!([as_json(1)]), false)] {
        let aws = Recorded::new([on("Scan").json(200, json!({ "Items": items }))]);
        assert_eq!(table(&aws).is_empty().await, Ok(is_empty));
        let expected = json!({ "TableName": "t", "ConsistentRead": true, "Limit": 1 });
        assert_eq!(aws.finish()[0].body, expected);
    }
}

#[tokio::test]
async fn a_failed_read_names_its_operation() {
    let calls = ["GetItem", "BatchGetItem", "Query", "Query", "Scan"];
    let aws = Recorded::new(calls.map(|call| on(call).refuses(400, "AccessDeniedException")));
    let get = table(&aws).get(key("p", "1")).await.unwrap_err();
    let batch_get = table(&aws).batch_get(&keys(1)).await.unwrap_err();
    let query = table(&aws).query("p".to_owned(), None).await.unwrap_err();
    let last = table(&aws).query_last("p".to_owned()).await.unwrap_err();
    let scan = table(&aws).is_empty().await.unwrap_err();
    let operations = [get, batch_get, query, last, scan].map(|failure| (failure.operation, failure.code));
    let expected = [
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:Query",
        "dynamodb:Query",
        "dynamodb:Scan",
    ];
    assert_eq!(
        operations,
        expected.map(|operation| (operation, "AccessDeniedException".to_owned()))
    );
    aws.finish();
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "it is read, and not used")]
struct Customer {
    id: u32,
    channel: Channel,
}

#[derive(Debug, Deserialize)]
enum Channel {
    Sms,
}

#[test]
fn an_item_that_is_not_as_it_was_written_is_named_by_what_was_expected_without_its_values() {
    let string = |value: &str| AttributeValue::S(value.to_owned());
    let (number, phone) = (AttributeValue::N("1".to_owned()), "+821000000001, expected it");
    let generic = "its contents are not those that were written";
    for (id, channel, expected) in [
        (string(phone), string("Sms"), "Expected num"),
        (AttributeValue::N("+821000000001".to_owned()), string("Sms"), generic),
        (number.clone(), string(phone), "expected `Sms`"),
        (number, AttributeValue::Bool(true), "Expected enum"),
    ] {
        let item = Item::from([("id".to_owned(), id), ("channel".to_owned(), channel)]);
        let error = read_item::<Customer>(item).unwrap_err();
        assert_eq!(error.to_string(), format!("a stored item cannot be read: {expected}"));
        assert!(!failing(&error.into()).contains("+82"));
    }
    let error = read_item::<Customer>(Item::new()).unwrap_err();
    assert_eq!(error.to_string(), "a stored item cannot be read: missing field `id`");
}
