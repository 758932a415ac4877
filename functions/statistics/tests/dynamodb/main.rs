//! The store's adapter over recorded HTTP: the requests, and how answers are read.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

mod events;
mod failures;
mod folds;
mod numbered;

use aws::Table;
use aws_sdk_dynamodb::Client;
use contract::Received;
use jiff::Timestamp;
use recorded::{Recorded, on};
use serde_json::{Value, json};
use statistics::domain::{CountedEvent, HistoryKey, MAX_EVENTS, Place, Series, count_events};
use statistics::store::{DynamoDb, Store};

use events::{deducted, matched, one_of_each_type};

fn store(aws: &Recorded) -> DynamoDb {
    DynamoDb::new(Table::new(Client::new(&aws.config()), "counted"))
}

fn counted(received: &[Received]) -> Vec<CountedEvent> {
    let counted = |received| CountedEvent::from_received(received).unwrap();
    received.iter().map(counted).collect()
}

fn place(number: u64) -> Place {
    let series = Series::all().nth(7).unwrap();
    Place { series, number }
}

fn request(id: &str) -> HistoryKey {
    HistoryKey::Request(id.parse().unwrap())
}

/// The items of the only transaction that was sent.
fn transaction(aws: &Recorded) -> Vec<Value> {
    let body = aws.finish().remove(0).body;
    body["TransactItems"].as_array().unwrap().clone()
}

/// Counts, and returns the items of the transaction as they were sent.
async fn written(received: &[Received]) -> Vec<Value> {
    let aws = Recorded::new([on("TransactWriteItems").json(200, json!({}))]);
    let events = counted(received);
    store(&aws)
        .count(&events, &count_events(&events), &place(42))
        .await
        .unwrap();
    transaction(&aws)
}

#[tokio::test]
async fn an_event_is_put_under_its_id_on_condition_that_it_is_new() {
    let items = written(&[matched("r1", 7)]).await;
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
            "pk": { "S": "request#r1" }, "sk": { "S": format!("event#{id}") }, "id": { "S": id },
            "type": { "S": "request.matched" }, "time": { "S": "2026-03-01T09:00:00.500000Z" },
            "correlationId": { "S": "order-1" }, "data": data,
        })
    );
}

#[tokio::test]
async fn the_increments_of_all_events_are_put_behind_them_at_a_place_that_is_free() {
    let items = written(&[matched("r1", 1), deducted("r2", "m1", 200)]).await;
    assert_eq!(items.len(), 3);
    let put = &items[2]["Put"];
    assert_eq!(put["ConditionExpression"], "attribute_not_exists(pk)");
    let one = |columns: &[(&str, &str)]| {
        let columns = columns
            .iter()
            .map(|(column, number)| ((*column).to_owned(), json!({ "N": number })));
        json!({ "M": columns.collect::<serde_json::Map<_, _>>() })
    };
    let both = one(&[("matched", "1"), ("charged", "1"), ("pointsCharged", "200")]);
    let hour = json!({ "M": {
        "events": one(&[("request.matched", "1"), ("points.deducted", "1")]),
        "total": both, "category#cleaning": both, "region#KR-11": both, "partner#p1": both,
        "delay#match": one(&[("1536", "1")]), "delay#charge": one(&[("1536", "1")]),
    } });
    let counts = json!({ "M": { "2026-03-01T09": hour } });
    let expected = json!({ "pk": { "S": "increments#07" }, "sk": { "S": "000000000042" }, "counts": counts });
    assert_eq!(put["Item"], expected);
}

/// What a write unit pays for is 1,024 bytes: the attributes' names, their values, and a few bytes for each of a map.
fn size(item: &Value) -> usize {
    fn of(value: &Value) -> usize {
        let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
        match &**kind {
            "M" => {
                3 + value
                    .as_object()
                    .unwrap()
                    .values()
                    .map(|value| 1 + of(value))
                    .sum::<usize>()
                    + names(value)
            }
            "N" => 1 + value.as_str().unwrap().len().div_ceil(2),
            _ => value.as_str().unwrap().len(),
        }
    }
    fn names(map: &Value) -> usize {
        map.as_object().unwrap().keys().map(String::len).sum()
    }
    names(item) + item.as_object().unwrap().values().map(of).sum::<usize>()
}

#[tokio::test]
async fn the_events_of_a_request_and_the_increments_of_three_are_a_unit_each() {
    let mut events = Vec::new();
    for n in 0..3 {
        events.push(matched(&format!("r{n}"), 1));
        events.push(deducted(&format!("r{n}"), "m1", 200));
        events.push(events::notified(&format!("r{n}")));
    }
    for item in written(&events).await {
        let size = size(&item["Put"]["Item"]);
        assert!(size < 1024, "{size}: {item}");
    }
}

#[tokio::test]
async fn a_full_transaction_has_a_hundred_items() {
    let events: Vec<_> = (0..MAX_EVENTS).map(|n| matched(&format!("r{n}"), 1)).collect();
    assert_eq!(written(&events).await.len(), 100);
}

#[tokio::test]
async fn an_event_that_is_stored_and_a_place_that_is_taken_are_conflicts_at_their_positions() {
    let reasons = ["None", "ConditionalCheckFailed", "ConditionalCheckFailed"].map(|code| json!({ "Code": code }));
    let cancelled = json!({ "__type": "TransactionCanceledException", "CancellationReasons": reasons });
    let aws = Recorded::new([on("TransactWriteItems").json(400, cancelled)]);
    let events = counted(&[matched("r1", 1), matched("r2", 1)]);
    let result = store(&aws).count(&events, &count_events(&events), &place(1)).await;
    let Err(aws::WriteError::Conflict(conflict)) = result else {
        panic!("{result:?}");
    };
    let positions: Vec<_> = conflict.failed.iter().map(|failed| failed.position).collect();
    assert_eq!(positions, [1, 2]);
}

#[tokio::test]
async fn the_last_number_is_that_of_the_last_increments() {
    let item = &written(&[matched("r1", 1)]).await[1]["Put"]["Item"];
    let query = json!({
        "TableName": "counted", "ConsistentRead": true, "KeyConditionExpression": "pk = :pk", "ScanIndexForward": false,
        "Limit": 1, "ExpressionAttributeValues": { ":pk": { "S": "increments#07" } },
    });
    for (items, number) in [(json!([item]), 42), (json!([]), 0)] {
        let aws = Recorded::new([on("Query").with(query.clone()).json(200, json!({ "Items": items }))]);
        assert_eq!(store(&aws).last_number(&place(1).series).await.unwrap(), number);
        aws.finish();
    }
}

#[tokio::test]
async fn since_is_put_once_and_read_as_it_was_put() {
    let since: Timestamp = "2026-03-01T10:00:00.25Z".parse().unwrap();
    let item =
        json!({ "pk": { "S": "state" }, "sk": { "S": "since" }, "time": { "S": "2026-03-01T10:00:00.250000Z" } });
    let put = json!({ "TableName": "counted", "Item": item, "ConditionExpression": "attribute_not_exists(pk)" });
    let get = json!({ "TableName": "counted", "ConsistentRead": true, "Key": { "pk": { "S": "state" }, "sk": { "S": "since" } } });
    let aws = Recorded::new([
        on("PutItem").with(put).json(200, json!({})),
        on("GetItem").with(get).json(200, json!({ "Item": item })),
        on("GetItem").json(200, json!({})),
    ]);
    let store = store(&aws);
    store.save_since(since).await.unwrap();
    assert_eq!(store.load_since().await.unwrap(), Some(since));
    assert_eq!(store.load_since().await.unwrap(), None);
    aws.finish();
}

#[tokio::test]
async fn a_table_is_empty_if_a_scan_finds_no_item() {
    let scan = json!({ "TableName": "counted", "ConsistentRead": true, "Limit": 1 });
    for (items, is_empty) in [(json!([]), true), (json!([{ "pk": { "S": "p" } }]), false)] {
        let aws = Recorded::new([on("Scan").with(scan.clone()).json(200, json!({ "Items": items }))]);
        assert_eq!(store(&aws).is_empty().await.unwrap(), is_empty);
        aws.finish();
    }
}

#[tokio::test]
async fn no_stored_item_shows_a_customers_phone_or_endpoint() {
    for received in one_of_each_type() {
        let items = json!(written(&[received]).await).to_string();
        for personal in ["+8210009", "endpoint", "\"customer\"", "locale"] {
            assert!(!items.contains(personal), "{items}");
        }
    }
}
