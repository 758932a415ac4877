//! The store's adapter over recorded HTTP: the requests, and how answers are read.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use aws::Table;
use aws_sdk_dynamodb::Client;
use builders::events::{charge, purchase};
use contract::Received;
use points::domain::{Decision, LedgerView, Order, OrderDecision, decide};
use points::store::{DynamoDb, Store};
use recorded::{Recorded, on};
use serde_json::{Value, json};

fn store(aws: &Recorded) -> DynamoDb {
    DynamoDb::new(Table::new(Client::new(&aws.config()), "ledger"))
}

/// The decision on the last of these messages, after the decisions on the others.
fn decision(causes: &[Received]) -> Decision {
    let mut view = LedgerView::default();
    let mut last = None;
    for cause in causes {
        let at = "2026-03-01T09:00:00Z".parse().unwrap();
        let Ok(OrderDecision::New(decision)) = decide(&Order::of(cause).unwrap(), &view, at) else {
            panic!("each message is new");
        };
        view.apply((*decision).clone());
        last = Some(*decision);
    }
    last.unwrap()
}

/// Commits, and returns the items of the transaction as they were sent.
async fn committed(decision: &Decision) -> Value {
    let aws = Recorded::new([on("TransactWriteItems").json(200, json!({}))]);
    store(&aws).commit(decision).await.unwrap();
    aws.finish().remove(0).body["TransactItems"].clone()
}

#[tokio::test]
async fn the_opening_purchase_puts_three_items_on_condition_that_they_are_absent() {
    let items = committed(&decision(&[purchase("b1", "p1", 500)])).await;
    assert_eq!(items.as_array().unwrap().len(), 3);
    for (index, pk, sk) in [
        (0, "purchase#b1", "decision"),
        (1, "partner#p1", "account"),
        (2, "partner#p1", "entry#00000000000000000001"),
    ] {
        let put = &items[index]["Put"];
        assert_eq!(put["TableName"], "ledger");
        assert_eq!(put["ConditionExpression"], "attribute_not_exists(pk)");
        assert_eq!(put["Item"]["pk"]["S"], pk);
        assert_eq!(put["Item"]["sk"]["S"], sk);
    }
}

#[tokio::test]
async fn later_decisions_put_the_account_on_condition_of_the_sequence_that_was_read() {
    let items = committed(&decision(&[purchase("b1", "p1", 500), charge("m1", "p1", 200)])).await;
    let (record, account, entry) = (&items[0]["Put"], &items[1]["Put"], &items[2]["Put"]);
    assert_eq!(account["ConditionExpression"], "#sequence = :before");
    assert_eq!(account["ExpressionAttributeNames"]["#sequence"], "sequence");
    assert_eq!(account["ExpressionAttributeValues"][":before"]["N"], "1");
    assert_eq!(
        account["Item"],
        json!({
            "pk": { "S": "partner#p1" }, "sk": { "S": "account" },
            "balance": { "N": "300" }, "sequence": { "N": "2" },
        })
    );
    assert_eq!(
        entry["Item"],
        json!({
            "pk": { "S": "partner#p1" }, "sk": { "S": "entry#00000000000000000002" },
            "sequence": { "N": "2" }, "change": { "N": "-200" }, "balance": { "N": "300" },
            "order": { "S": "match#m1" },
        })
    );
    assert_eq!(entry["ConditionExpression"], "attribute_not_exists(pk)");
    assert_eq!(record["ConditionExpression"], "attribute_not_exists(pk)");
    let record = &record["Item"];
    assert_eq!(record["transfer"]["M"]["debit"]["S"], "partner#p1");
    assert_eq!(record["transfer"]["M"]["credit"]["S"], "platform");
    assert_eq!(record["transfer"]["M"]["points"]["N"], "200");
    assert_eq!(record["decidedAt"]["S"], "2026-03-01T09:00:00Z");
    assert!(record.get("expiresAt").is_none(), "transfers never expire");
}

#[tokio::test]
async fn a_refusal_for_an_unknown_account_is_saved_on_condition_that_it_is_absent() {
    let items = committed(&decision(&[charge("m1", "p1", 200)])).await;
    assert_eq!(items.as_array().unwrap().len(), 2);
    let (record, check) = (&items[0]["Put"], &items[1]["ConditionCheck"]);
    assert_eq!(record["Item"]["pk"]["S"], "match#m1");
    assert_eq!(record["Item"]["refusal"]["M"]["reason"]["S"], "unknown_account");
    assert_eq!(record["ConditionExpression"], "attribute_not_exists(pk)");
    assert_eq!(check["ConditionExpression"], "attribute_not_exists(pk)");
    assert_eq!(check["Key"]["pk"]["S"], "partner#p1");
    assert_eq!(check["Key"]["sk"]["S"], "account");
}

#[tokio::test]
async fn one_consistent_read_loads_all_that_a_group_needs_with_each_key_once() {
    let item = |pk: &str, sk: &str| json!({ "pk": { "S": pk }, "sk": { "S": sk } });
    let keys = [
        item("partner#p1", "account"),
        item("purchase#b1", "decision"),
        item("match#m1", "decision"),
    ];
    let wanted = json!({ "RequestItems": { "ledger": { "ConsistentRead": true, "Keys": keys } } });
    let none = json!({ "Responses": { "ledger": [] }, "UnprocessedKeys": {} });
    let aws = Recorded::new([on("BatchGetItem").with(wanted).json(200, none)]);
    let causes = [
        purchase("b1", "p1", 500),
        charge("m1", "p1", 200),
        purchase("b1", "p1", 500),
    ];
    let orders: Vec<_> = causes.iter().filter_map(Order::of).collect();
    assert_eq!(store(&aws).load(&orders).await.unwrap(), LedgerView::default());
    aws.finish();
}

#[tokio::test]
async fn for_no_orders_no_request_is_sent() {
    let aws = Recorded::new([]);
    assert_eq!(store(&aws).load(&[]).await.unwrap(), LedgerView::default());
}

#[tokio::test]
async fn a_decision_is_read_as_it_was_written() {
    let messages = [
        purchase("b1", "p1", 500),
        charge("m1", "p1", 200),
        charge("m2", "p1", 301),
    ];
    for count in 1..=messages.len() {
        let decision = decision(&messages[..count]);
        let written = committed(&decision).await;
        let items = [&written[0]["Put"]["Item"], &written[1]["Put"]["Item"]];
        let found = json!({ "Responses": { "ledger": items } });
        let aws = Recorded::new([on("BatchGetItem").json(200, found)]);
        let order = Order::of(&messages[count - 1]).unwrap();
        let mut expected = LedgerView::default();
        expected.apply(decision);
        assert_eq!(store(&aws).load(&[order]).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn unprocessed_keys_are_an_error_and_not_absent_items() {
    let key = json!({ "pk": { "S": "partner#p1" }, "sk": { "S": "account" } });
    let unprocessed = json!({ "Responses": { "ledger": [] }, "UnprocessedKeys": { "ledger": { "Keys": [key] } } });
    let aws = Recorded::new([on("BatchGetItem").json(200, unprocessed)]);
    let cause = charge("m1", "p1", 200);
    let result = store(&aws).load(&[Order::of(&cause).unwrap()]).await;
    assert!(result.is_err(), "{result:?}");
}

#[tokio::test]
async fn an_item_that_cannot_be_read_is_an_error() {
    let item = json!({ "pk": { "S": "match#m1" }, "sk": { "S": "decision" } });
    let found = json!({ "Responses": { "ledger": [item] } });
    let aws = Recorded::new([on("BatchGetItem").json(200, found)]);
    let cause = charge("m1", "p1", 200);
    let result = store(&aws).load(&[Order::of(&cause).unwrap()]).await;
    assert!(result.is_err(), "{result:?}");
}
