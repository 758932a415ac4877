//! The store's adapter over recorded HTTP: the requests, and how answers are read.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use aws::Table;
use aws_sdk_dynamodb::Client;
use batch::Handler;
use builders::events::{charge, match_to_charge, purchase};
use contract::{PartnerId, Received};
use points::domain::{GroupDecision, LedgerView, Order, decide_group};
use points::handler::Points;
use points::store::{CommitError, DynamoDb, Store};
use recorded::{Exchange, Recorded, on};
use serde_json::{Value, json};
use support::fakes::RecordingClock;
use support::fakes::points::Ledger;

fn store(aws: &Recorded) -> DynamoDb {
    DynamoDb::new(Table::new(Client::new(&aws.config()), "ledger"))
}

/// The decisions on these messages by this view of the ledger.
fn decided(ledger: LedgerView, causes: &[Received]) -> GroupDecision {
    let at = "2026-03-01T09:00:00Z".parse().unwrap();
    let orders: Vec<_> = causes.iter().map(|cause| Order::of(cause).unwrap()).collect();
    decide_group(&orders.iter().collect::<Vec<_>>(), ledger, at)
}

/// A partner's account with these points, at sequence 1.
fn opened(partner: &str, points: u32) -> LedgerView {
    decided(LedgerView::default(), &[purchase("b1", partner, points)]).ledger
}

async fn commit(answer: Exchange, group: &GroupDecision) -> (Result<(), CommitError>, Value) {
    let aws = Recorded::new([answer]);
    let result = store(&aws).commit(&group.new_decisions()).await;
    (result, aws.finish().remove(0).body["TransactItems"].take())
}

/// The items of the transaction as they were sent.
async fn committed(group: &GroupDecision) -> Vec<Value> {
    let (result, items) = commit(on("TransactWriteItems").json(200, json!({})), group).await;
    result.unwrap();
    for item in items.as_array().unwrap() {
        let write = item.as_object().unwrap().values().next().unwrap();
        assert_eq!(write["TableName"], "ledger");
        assert_eq!(write["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
    }
    items.as_array().unwrap().clone()
}

fn cancelled(reasons: &Value) -> Exchange {
    on("TransactWriteItems").json(
        400,
        json!({ "__type": "com.amazonaws.dynamodb#TransactionCanceledException", "CancellationReasons": reasons }),
    )
}

/// What is stored instead of these decisions, after a transaction that was cancelled for these reasons.
async fn stored(group: &GroupDecision, reasons: Value) -> Option<LedgerView> {
    match commit(cancelled(&reasons), group).await.0 {
        Err(CommitError::Conflict { stored, .. }) => stored,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_opening_purchase_puts_decision_and_account_on_condition_that_they_are_absent() {
    let items = committed(&decided(LedgerView::default(), &[purchase("b1", "p1", 500)])).await;
    assert_eq!(items.len(), 2);
    for (index, pk, sk) in [(0, "purchase#b1", "decision"), (1, "partner#p1", "account")] {
        let put = &items[index]["Put"];
        assert_eq!(put["ConditionExpression"], "attribute_not_exists(pk)");
        assert_eq!(put["Item"]["pk"]["S"], pk);
        assert_eq!(put["Item"]["sk"]["S"], sk);
    }
}

#[tokio::test]
async fn later_decisions_put_the_account_on_condition_of_the_sequence_before() {
    let items = committed(&decided(opened("p1", 500), &[charge("m1", "p1", 200)])).await;
    assert_eq!(items.len(), 2);
    let (record, account) = (&items[0]["Put"], &items[1]["Put"]);
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
    assert_eq!(record["ConditionExpression"], "attribute_not_exists(pk)");
    let record = &record["Item"];
    assert_eq!(record["transfer"]["M"]["debit"]["S"], "partner#p1");
    assert_eq!(record["transfer"]["M"]["credit"]["S"], "platform");
    assert_eq!(record["transfer"]["M"]["points"]["N"], "200");
    assert_eq!(record["decidedAt"]["S"], "2026-03-01T09:00:00Z");
    assert!(record.get("expiresAt").is_none(), "transfers never expire");
}

#[tokio::test]
async fn a_decision_has_the_keys_of_the_index_that_is_its_accounts_history() {
    let items = committed(&decided(opened("p1", 500), &[charge("m1", "p1", 200)])).await;
    let record = &items[0]["Put"]["Item"];
    assert_eq!(record["partner"], json!({ "S": "p1" }));
    assert_eq!(record["sequence"], json!({ "N": "2" }));
    assert_eq!(record["balance"], json!({ "N": "300" }));
    assert!(
        items[1]["Put"]["Item"].get("partner").is_none(),
        "the account is not in it"
    );
}

#[tokio::test]
async fn a_refusal_for_an_unknown_account_is_saved_on_condition_that_it_is_absent() {
    let items = committed(&decided(LedgerView::default(), &[charge("m1", "p1", 200)])).await;
    assert_eq!(items.len(), 2);
    let (record, check) = (&items[0]["Put"], &items[1]["ConditionCheck"]);
    assert_eq!(record["Item"]["pk"]["S"], "match#m1");
    assert_eq!(record["Item"]["refusal"]["M"]["reason"]["S"], "unknown_account");
    assert_eq!(record["ConditionExpression"], "attribute_not_exists(pk)");
    assert_eq!(check["ConditionExpression"], "attribute_not_exists(pk)");
    assert_eq!(check["Key"]["pk"]["S"], "partner#p1");
    assert_eq!(check["Key"]["sk"]["S"], "account");
}

#[tokio::test]
async fn a_groups_decisions_are_one_transaction_with_each_account_once() {
    let group = [
        charge("m0", "p2", 1), // refused; then the account opens
        purchase("b2", "p2", 9),
        charge("m1", "p1", 200),
        charge("m2", "p2", 4),
        charge("m3", "p1", 301), // refused
        charge("m1", "p1", 200), // a repeat
        charge("m4", "p3", 1),
    ];
    let items = committed(&decided(opened("p1", 500), &group)).await;
    let keys: Vec<_> = items
        .iter()
        .map(|item| {
            let write = item.as_object().unwrap().values().next().unwrap();
            let key = write.get("Item").unwrap_or(&write["Key"]);
            key["pk"]["S"].as_str().unwrap()
        })
        .collect();
    let decisions = [
        "match#m0",
        "purchase#b2",
        "match#m1",
        "match#m2",
        "match#m3",
        "match#m4",
    ];
    let accounts = ["partner#p1", "partner#p2", "partner#p3"];
    assert_eq!(keys, [&decisions[..], &accounts].concat());
    let put = |index: usize| {
        let put = &items[index]["Put"];
        let item = &put["Item"];
        (
            item["balance"]["N"].as_str().unwrap(),
            item["sequence"]["N"].as_str().unwrap(),
            put["ExpressionAttributeValues"][":before"]["N"].as_str(),
            put["ConditionExpression"].as_str().unwrap(),
        )
    };
    assert_eq!(put(6), ("300", "3", Some("1"), "#sequence = :before"));
    assert_eq!(put(7), ("5", "2", None, "attribute_not_exists(pk)"));
    assert_eq!(
        items[8]["ConditionCheck"]["ConditionExpression"],
        "attribute_not_exists(pk)"
    );
}

/// In bytes, as `DynamoDB` bills it (Developer Guide, "`DynamoDB` item sizes and formats").
fn size(item: &serde_json::Map<String, Value>) -> usize {
    let value = |value: &Value| {
        let (kind, content) = value.as_object().unwrap().iter().next().unwrap();
        match kind.as_str() {
            "S" => content.as_str().unwrap().len(),
            "N" => content.as_str().unwrap().len().div_ceil(2) + 1,
            "B" => content.as_str().unwrap().len().div_ceil(4) * 3,
            "M" => 3 + content.as_object().unwrap().len() + size(content.as_object().unwrap()),
            other => panic!("{other}"),
        }
    };
    item.iter().map(|(name, content)| name.len() + value(content)).sum()
}

#[tokio::test]
async fn a_decision_costs_a_write_unit() {
    let partner = "partner-0f5c1e9a-2d8b";
    let cause = match_to_charge("1c6b8f9e-5f38-5a5c-9d5e-0f4f6f2f6f11", partner, 12_000)
        .with("requestId", "r-20260301-000123456")
        .with("category", "home-cleaning");
    for points in [5_000_000, 1] {
        let decided = decided(opened(partner, points), &[cause.received()]);
        let items = committed(&decided).await;
        let size = size(items[0]["Put"]["Item"].as_object().unwrap());
        assert!(size < 1_024, "{size} bytes");
    }
}

#[tokio::test]
async fn the_largest_group_fits_into_a_transaction_also_where_each_order_has_its_own_account() {
    let handler = Points::new(Ledger::default(), RecordingClock::default());
    let orders = handler.max_batch_size();
    let group = (0..orders).map(|n| purchase(&format!("b{n}"), &format!("p{n}"), 1));
    let items = committed(&decided(LedgerView::default(), &group.collect::<Vec<_>>())).await;
    assert_eq!(items.len(), 100, "DynamoDB takes no more");
}

fn key(pk: &str, sk: &str) -> Value {
    json!({ "pk": { "S": pk }, "sk": { "S": sk } })
}

fn read(keys: &[Value]) -> Exchange {
    let wanted = json!({ "RequestItems": { "ledger": { "ConsistentRead": true, "Keys": keys } } });
    let none = json!({ "Responses": { "ledger": [] }, "UnprocessedKeys": {} });
    on("BatchGetItem").with(wanted).json(200, none)
}

async fn load(aws: &Recorded, causes: &[Received]) -> Result<LedgerView, batch::BoxError> {
    let orders: Vec<_> = causes.iter().filter_map(Order::of).collect();
    store(aws).load(&orders.iter().collect::<Vec<_>>()).await
}

#[tokio::test]
async fn one_consistent_read_loads_orders_with_each_key_once() {
    let keys = [
        key("partner#p1", "account"),
        key("purchase#b1", "decision"),
        key("match#m1", "decision"),
    ];
    let aws = Recorded::new([read(&keys)]);
    let causes = [
        purchase("b1", "p1", 500),
        charge("m1", "p1", 200),
        purchase("b1", "p1", 500),
    ];
    assert_eq!(load(&aws, &causes).await.unwrap(), LedgerView::default());
    aws.finish();
}

#[tokio::test]
async fn one_consistent_read_loads_accounts() {
    let keys = [key("partner#p1", "account"), key("partner#p2", "account")];
    let aws = Recorded::new([read(&keys)]);
    let partners: [PartnerId; 2] = ["p1", "p2"].map(|partner| partner.parse().unwrap());
    let accounts = store(&aws).accounts(&partners.iter().collect::<Vec<_>>()).await;
    assert_eq!(accounts.unwrap(), LedgerView::default());
    aws.finish();
}

#[tokio::test]
async fn for_nothing_no_request_is_sent() {
    let aws = Recorded::new([]);
    assert_eq!(load(&aws, &[]).await.unwrap(), LedgerView::default());
    store(&aws).commit(&[]).await.unwrap();
}

#[tokio::test]
async fn what_was_written_is_read_and_is_what_failed_conditions_met() {
    let messages = [
        purchase("b1", "p1", 500),
        charge("m1", "p1", 200),
        charge("m2", "p1", 301),
    ];
    for count in 1..=messages.len() {
        let group = decided(LedgerView::default(), &messages[..count]);
        let written: Vec<_> = committed(&group)
            .await
            .iter()
            .map(|item| item["Put"]["Item"].clone())
            .collect();
        let found = json!({ "Responses": { "ledger": written } });
        let aws = Recorded::new([on("BatchGetItem").json(200, found)]);
        assert_eq!(load(&aws, &messages[..count]).await.unwrap(), group.ledger);

        let met = written
            .iter()
            .map(|item| json!({ "Code": "ConditionalCheckFailed", "Item": item }));
        let reasons: Vec<_> = met.collect();
        assert_eq!(stored(&group, json!(reasons)).await, Some(group.ledger));
    }
}

#[tokio::test]
async fn a_conflict_says_what_is_stored_only_if_every_failed_condition_does() {
    let group = decided(LedgerView::default(), &[purchase("b1", "p1", 500)]);
    let account = json!({
        "pk": { "S": "partner#p1" }, "sk": { "S": "account" }, "balance": { "N": "7" }, "sequence": { "N": "3" },
    });
    let failed = json!({ "Code": "ConditionalCheckFailed", "Item": account });
    let none = json!({ "Code": "None" });
    let view = stored(&group, json!([none, failed])).await.unwrap();
    let accounts: Vec<_> = view
        .accounts()
        .map(|(partner, account)| (partner.to_string(), account))
        .collect();
    assert_eq!(accounts.len(), 1);
    assert_eq!((accounts[0].1.balance, accounts[0].1.sequence), (7, 3));

    let without_item = json!({ "Code": "ConditionalCheckFailed" });
    let contended = json!({ "Code": "TransactionConflict" });
    for reasons in [json!([without_item, failed]), json!([contended, none])] {
        assert_eq!(stored(&group, reasons).await, None);
    }
}

#[tokio::test]
async fn other_failures_are_no_conflict() {
    let group = decided(LedgerView::default(), &[purchase("b1", "p1", 500)]);
    let none = json!({ "Code": "None" });
    let unreadable = json!({ "Code": "ConditionalCheckFailed", "Item": key("purchase#b1", "decision") });
    let throttled = json!({ "Code": "ThrottlingError" });
    for reason in [unreadable, throttled] {
        let (result, _) = commit(cancelled(&json!([reason, none])), &group).await;
        assert!(matches!(result, Err(CommitError::Failed(_))), "{result:?}");
    }
}

#[tokio::test]
async fn unprocessed_keys_are_an_error_and_not_absent_items() {
    let key = key("partner#p1", "account");
    let unprocessed = json!({ "Responses": { "ledger": [] }, "UnprocessedKeys": { "ledger": { "Keys": [key] } } });
    let aws = Recorded::new([on("BatchGetItem").json(200, unprocessed)]);
    let result = load(&aws, &[charge("m1", "p1", 200)]).await;
    assert!(result.is_err(), "{result:?}");
}

#[tokio::test]
async fn an_item_that_cannot_be_read_is_an_error() {
    let found = json!({ "Responses": { "ledger": [key("match#m1", "decision")] } });
    let aws = Recorded::new([on("BatchGetItem").json(200, found)]);
    let result = load(&aws, &[charge("m1", "p1", 200)]).await;
    assert!(result.is_err(), "{result:?}");
}
