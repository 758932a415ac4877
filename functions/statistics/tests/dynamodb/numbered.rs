//! Events with numbers, of before `since`.

use std::collections::BTreeSet;

use batch::BoxError;
use contract::Received;
use recorded::{Recorded, on};
use serde_json::{Value, json};
use statistics::domain::{CountedEvent, History, HistoryKey};
use statistics::store::{SHARDS, Store};

use crate::events::{deducted, matched, matched_in_year_0, one_of_each_type};
use crate::folds::added_to;
use crate::{counted, request, store, transaction, written};

/// Counts an event as the first of its history, and returns the items as they were sent.
async fn numbered(received: &Received) -> Vec<Value> {
    let aws = Recorded::new([on("TransactWriteItems").json(200, json!({}))]);
    let event = &counted(std::slice::from_ref(received))[0];
    let numbered = History::default().next(event).unwrap();
    store(&aws).count_numbered(&numbered).await.unwrap();
    transaction(&aws)
}

pub async fn load_history(aws: &Recorded, key: &HistoryKey) -> Result<History, BoxError> {
    store(aws).load_history(key).await
}

#[tokio::test]
async fn an_event_is_put_under_its_number_on_condition_that_it_is_free_and_counted_in_one_shard() {
    let items = numbered(&deducted("r1", "m1", 200)).await;
    let put = &items[0]["Put"];
    assert_eq!(put["ConditionExpression"], "attribute_not_exists(pk)");
    assert_eq!(put["Item"]["sk"], json!({ "S": "event#000001" }));
    assert_eq!(put["Item"]["pk"], json!({ "S": "request#r1" }));

    let found: Vec<_> = items[1..].iter().map(|item| added_to(&item["Update"])).collect();
    let shard = found[0].0.rsplit_once('#').unwrap().1;
    let expected = ["day#2026-03-01", "hour#2026-03-01T09"].map(|period| {
        [
            ("delay#charge", json!({ "1536": "1" })),
            ("events", json!({ "points.deducted": "1" })),
            ("partner#p1", json!({ "charged": "1", "pointsCharged": "200" })),
            ("total", json!({ "charged": "1", "pointsCharged": "200" })),
        ]
        .map(|(sk, columns)| (format!("{period}#{shard}"), sk.to_owned(), columns))
    });
    assert_eq!(found, expected.concat());
}

#[tokio::test]
async fn events_are_spread_over_all_shards() {
    let mut shards = BTreeSet::new();
    for n in 0..300 {
        let items = numbered(&matched(&format!("r{n}"), 1)).await;
        let key = added_to(&items[1]["Update"]).0;
        shards.insert(key.rsplit_once('#').unwrap().1.to_owned());
    }
    let all: BTreeSet<_> = (0..SHARDS).map(|shard| format!("{shard:02}")).collect();
    assert_eq!(shards, all);
}

#[tokio::test]
async fn a_history_is_read_consistently_and_to_its_last_page_with_events_of_both_kinds() {
    let first = &numbered(&matched("r1", 1)).await[0]["Put"]["Item"];
    let second = &written(&[deducted("r1", "m1", 200)]).await[0]["Put"]["Item"];
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
    let expected = History {
        numbered: counted(&[matched("r1", 1)]),
        others: vec![counted(&[deducted("r1", "m1", 200)])[0].id.clone()],
    };
    assert_eq!(read, expected);
}

#[tokio::test]
async fn a_history_without_events_is_empty() {
    let aws = Recorded::new([on("Query").json(200, json!({ "Items": [] }))]);
    let purchase = HistoryKey::Purchase("b1".parse().unwrap());
    assert_eq!(load_history(&aws, &purchase).await.unwrap(), History::default());
}

#[tokio::test]
async fn an_event_is_read_as_it_was_written() {
    for received in one_of_each_type().into_iter().chain([matched_in_year_0()]) {
        let item = &numbered(&received).await[0]["Put"]["Item"];
        let aws = Recorded::new([on("Query").json(200, json!({ "Items": [item] }))]);
        let event = CountedEvent::from_received(&received).unwrap();
        let read = load_history(&aws, &event.history_key()).await;
        assert_eq!(read.unwrap().numbered, [event]);
    }
}
