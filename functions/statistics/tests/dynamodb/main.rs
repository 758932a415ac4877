//! The store's adapter over recorded HTTP: the requests, and how answers are read.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

mod events;
mod failures;

use std::collections::BTreeSet;

use aws::Table;
use aws_sdk_dynamodb::Client;
use batch::BoxError;
use contract::Received;
use recorded::{Recorded, on};
use serde_json::{Value, json};
use statistics::domain::{CountedEvent, Histories, HistoryKey, MAX_TRANSACTION_ITEMS, Transaction};
use statistics::store::{DynamoDb, SHARDS, Store};

use events::{deducted, matched, matched_in_year_0, one_of_each_type};

fn store(aws: &Recorded) -> DynamoDb {
    DynamoDb::new(Table::new(Client::new(&aws.config()), "counted"))
}

fn events(received: &[Received]) -> Vec<Option<CountedEvent>> {
    received.iter().map(CountedEvent::from_received).collect()
}

/// The transaction of these events where nothing is counted yet.
fn transaction(received: &[Received]) -> Transaction {
    let (transaction, _) = Histories::default().next_transaction(&events(received));
    transaction
}

/// Commits, and returns the items of the transaction as they were sent.
async fn committed(transaction: &Transaction) -> Vec<Value> {
    let aws = Recorded::new([on("TransactWriteItems").json(200, json!({}))]);
    store(&aws).commit(transaction).await.unwrap();
    let body = aws.finish().remove(0).body;
    body["TransactItems"].as_array().unwrap().clone()
}

async fn load_history(aws: &Recorded, key: &HistoryKey) -> Result<Vec<CountedEvent>, BoxError> {
    store(aws).load_history(key).await
}

fn request(id: &str) -> HistoryKey {
    HistoryKey::Request(id.parse().unwrap())
}

/// The shard of a counter's key.
fn shard(update: &Value) -> &str {
    let pk = update["Update"]["Key"]["pk"]["S"].as_str().unwrap();
    pk.rsplit_once('#').unwrap().1
}

#[tokio::test]
async fn an_event_is_put_under_the_next_number_on_condition_that_it_is_free() {
    let items = committed(&transaction(&[matched("r1", 7)])).await;
    let put = &items[0]["Put"];
    assert_eq!(put["TableName"], "counted");
    assert_eq!(put["ConditionExpression"], "attribute_not_exists(pk)");
    let data = json!({ "M": {
        "requestId": { "S": "r1" }, "matchId": { "S": "m7" }, "attempt": { "N": "7" }, "replaces": { "S": "m6" },
        "partner": { "M": { "id": { "S": "p1" }, "name": { "S": "Clean" } } }, "fee": { "M": { "points": { "N": "200" } } },
        "category": { "S": "cleaning" }, "region": { "S": "KR-11" }, "submittedAt": { "S": "2026-03-01T08:59:59.000000Z" },
    } });
    let id = contract::ids::event_id(contract::EventType::RequestMatched, "r1/7");
    assert_eq!(
        put["Item"],
        json!({
            "pk": { "S": "request#r1" }, "sk": { "S": "event#000001" }, "id": { "S": id },
            "type": { "S": "request.matched" }, "time": { "S": "2026-03-01T09:00:00.500000Z" },
            "correlationId": { "S": "order-1" }, "data": data,
        })
    );
}

#[tokio::test]
async fn all_counters_of_a_transaction_are_added_to_in_one_shard() {
    let items = committed(&transaction(&[deducted("r1", "m1", 200)])).await;
    let (puts, updates) = items.split_at(1);
    assert!(puts[0].get("Put").is_some());
    let shard = shard(&updates[0]);
    let expected = ["day#2026-03-01", "hour#2026-03-01T09"].map(|period| {
        [
            ("events", json!({ "points.deducted": "1" })),
            ("total", json!({ "charged": "1", "pointsCharged": "200" })),
            ("partner#p1", json!({ "charged": "1", "pointsCharged": "200" })),
            ("delay#charge", json!({ "1536": "1" })),
        ]
        .map(|(sk, columns)| (format!("{period}#{shard}"), sk.to_owned(), columns))
    });
    let found: Vec<_> = updates.iter().map(|item| added(&item["Update"])).collect();
    assert_eq!(found, expected.concat());
}

/// The key of the counter that an update adds to, and the amounts by column.
fn added(update: &Value) -> (String, String, Value) {
    assert_eq!(update["TableName"], "counted");
    assert!(update.get("ConditionExpression").is_none());
    let expression = update["UpdateExpression"].as_str().unwrap();
    let terms = expression.strip_prefix("ADD ").unwrap().split(", ");
    let columns = terms.map(|term| {
        let (name, value) = term.split_once(' ').unwrap();
        let name = update["ExpressionAttributeNames"][name].as_str().unwrap();
        (name.to_owned(), update["ExpressionAttributeValues"][value]["N"].clone())
    });
    let key = |name: &str| update["Key"][name]["S"].as_str().unwrap().to_owned();
    (key("pk"), key("sk"), columns.collect())
}

#[tokio::test]
async fn transactions_are_spread_over_all_shards() {
    let mut shards = BTreeSet::new();
    for n in 0..300 {
        let items = committed(&transaction(&[matched(&format!("r{n}"), 1)])).await;
        let one: BTreeSet<_> = items[1..].iter().map(|item| shard(item).to_owned()).collect();
        assert_eq!(one.len(), 1);
        shards.extend(one);
    }
    let all: BTreeSet<_> = (0..SHARDS).map(|shard| format!("{shard:02}")).collect();
    assert_eq!(shards, all);
}

#[tokio::test]
async fn no_transaction_exceeds_the_limit_of_items_or_writes_an_item_twice() {
    let received: Vec<_> = (1..=300).map(|n| matched(&format!("r{}", n % 200), n)).collect();
    let (mut histories, mut rest) = (Histories::default(), &events(&received)[..]);
    while !rest.is_empty() {
        let (transaction, covered) = histories.next_transaction(rest);
        let items = committed(&transaction).await;
        assert!(items.len() <= MAX_TRANSACTION_ITEMS, "{}", items.len());
        let key = |item: &Value| {
            let of = [&item["Put"]["Item"], &item["Update"]["Key"]];
            of.map(|key| format!("{} {}", key["pk"], key["sk"]))
        };
        assert_eq!(items.iter().map(key).collect::<BTreeSet<_>>().len(), items.len());
        rest = &rest[covered..];
    }
}

#[tokio::test]
async fn an_empty_transaction_sends_no_request() {
    let aws = Recorded::new([]);
    store(&aws).commit(&Transaction::default()).await.unwrap();
}

#[tokio::test]
async fn a_history_is_read_consistently_and_to_its_last_page() {
    let items = committed(&transaction(&[matched("r1", 1), deducted("r1", "m1", 200)])).await;
    let (first, second) = (&items[0]["Put"]["Item"], &items[1]["Put"]["Item"]);
    let end = json!({ "pk": first["pk"], "sk": first["sk"] });
    let query = json!({
        "TableName": "counted", "ConsistentRead": true, "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": { ":pk": { "S": "request#r1" } },
    });
    let mut page_2 = query.clone();
    page_2["ExclusiveStartKey"] = end.clone();
    let aws = Recorded::new([
        on("Query")
            .with(query)
            .json(200, json!({ "Items": [first], "LastEvaluatedKey": end })),
        on("Query").with(page_2).json(200, json!({ "Items": [second] })),
    ]);
    let read = load_history(&aws, &request("r1")).await.unwrap();
    aws.finish();
    let expected = events(&[matched("r1", 1), deducted("r1", "m1", 200)]);
    let read: Vec<_> = read.into_iter().map(Some).collect();
    assert_eq!(read, expected);
}

#[tokio::test]
async fn a_history_without_events_is_empty() {
    let aws = Recorded::new([on("Query").json(200, json!({ "Items": [] }))]);
    let purchase = HistoryKey::Purchase("b1".parse().unwrap());
    assert_eq!(load_history(&aws, &purchase).await.unwrap(), []);
}

#[tokio::test]
async fn an_event_is_read_as_it_was_written() {
    for received in one_of_each_type().into_iter().chain([matched_in_year_0()]) {
        let written = committed(&transaction(std::slice::from_ref(&received))).await;
        let found = json!({ "Items": [written[0]["Put"]["Item"]] });
        let aws = Recorded::new([on("Query").json(200, found)]);
        let event = CountedEvent::from_received(&received).unwrap();
        let read = load_history(&aws, &event.history_key()).await;
        assert_eq!(read.unwrap(), [event]);
    }
}

#[tokio::test]
async fn no_stored_item_shows_a_customers_phone_or_endpoint() {
    for received in one_of_each_type() {
        let items = json!(committed(&transaction(&[received])).await).to_string();
        for personal in ["+8210009", "endpoint", "\"customer\"", "locale"] {
            assert!(!items.contains(personal), "{items}");
        }
    }
}
