//! The calls that a batch takes, with the function put together as its `main` does.
#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use std::time::{Duration, SystemTime};

use aws::{Environment, connect_queues, events_topic, own_table};
use batch::{Consumer, Record, SystemClock, parse_event};
use builders::events::{EventBuilder, match_to_charge, points_purchased};
use builders::records;
use contract::Source;
use points::QUEUES;
use points::handler::Points;
use points::store::DynamoDb;
use recorded::{Exchange, Recorded, on};
use serde_json::{Value, json};

/// A batch of the points queue: a message each, in its partner's message group.
fn batch(messages: &[(&str, EventBuilder)]) -> Vec<Record> {
    let records = messages.iter().enumerate().map(|(n, (partner, event))| {
        let mut record = records::record("points.fifo", &format!("message-{n}"), &event.body());
        record["attributes"] = json!({ "MessageGroupId": partner, "ApproximateReceiveCount": "1" });
        record
    });
    let payload = json!({ "Records": records.collect::<Vec<_>>() });
    parse_event(&payload.to_string()).unwrap()
}

fn charge(n: usize, partner: &str) -> (&str, EventBuilder) {
    (partner, match_to_charge(&format!("m{n}"), partner, 1))
}

fn purchase(partner: &str) -> (&str, EventBuilder) {
    (partner, points_purchased(&format!("b-{partner}"), partner, 100))
}

fn read() -> Exchange {
    on("BatchGetItem").json(200, json!({ "Responses": { "ledger": [] }, "UnprocessedKeys": {} }))
}

fn transaction() -> Exchange {
    on("TransactWriteItems").json(200, json!({}))
}

fn published(entries: usize) -> Exchange {
    let member = |n| format!("<member><Id>{n}</Id><MessageId>m</MessageId></member>");
    let members = (0..entries).map(member).collect::<Vec<_>>().concat();
    let successful = format!("<Successful>{members}</Successful><Failed/>");
    let result = format!("<PublishBatchResult>{successful}</PublishBatchResult>");
    on("PublishBatch").text(200, format!("<PublishBatchResponse>{result}</PublishBatchResponse>"))
}

/// Hands batches to one process, and returns the calls of each.
async fn calls(batches: &[&[(&str, EventBuilder)]], exchanges: Vec<Exchange>) -> Vec<Vec<(String, Value)>> {
    let aws = Recorded::new(exchanges);
    let config = aws.config();
    let environment = Environment::new(|variable| {
        Some(match variable {
            "MAX_RECEIVE_COUNT" => "20".to_owned(),
            "TABLE_NAME" => "ledger".to_owned(),
            "TOPIC_ARN" => "arn:aws:sns:ap-northeast-2:000000000000:events.fifo".to_owned(),
            "POINTS_QUEUE_URL" => "http://localhost/000000000000/points.fifo".to_owned(),
            _ => "http://localhost/000000000000/other.fifo".to_owned(),
        })
    });
    let ports = connect_queues(&config, &environment, Source::Points, QUEUES).unwrap();
    let store = DynamoDb::new(own_table(&config, &environment).unwrap());
    let topic = events_topic(&config, &environment).unwrap();
    let handler = Points::new(store, SystemClock);
    let consumer = Consumer::new(ports.contract, handler, topic, ports.queue)
        .with_dead_letters(ports.dead_letters, ports.max_receive_count);
    let mut calls = Vec::new();
    for messages in batches {
        let before = aws.requests().len();
        let deadline = SystemTime::now() + Duration::from_mins(1);
        let response = Box::pin(batch::process(batch(messages), deadline, &consumer)).await;
        assert!(response.batch_item_failures.is_empty(), "{response:?}");
        let requests = aws.requests().split_off(before).into_iter();
        calls.push(requests.map(|request| (request.operation, request.body)).collect());
    }
    aws.finish();
    calls
}

fn names(calls: &[(String, Value)]) -> Vec<&str> {
    calls.iter().map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn ten_charges_to_one_partner_are_a_transaction_and_a_publish() {
    let charges: Vec<_> = (0..10).map(|n| charge(n, "p1")).collect();
    let exchanges = vec![read(), transaction(), published(1), transaction(), published(10)];
    let calls = calls(&[&[purchase("p1")], &charges], exchanges).await;
    assert_eq!(names(&calls[0]), ["BatchGetItem", "TransactWriteItems", "PublishBatch"]);
    assert_eq!(names(&calls[1]), ["TransactWriteItems", "PublishBatch"]);
    let items = calls[1][0].1["TransactItems"].as_array().unwrap();
    assert_eq!(items.len(), 11, "ten decisions and the account");
    assert_eq!(items[10]["Put"]["Item"]["balance"]["N"], "90");
    assert_eq!(items[10]["Put"]["Item"]["sequence"]["N"], "11");
}

#[tokio::test]
async fn charges_to_ten_partners_are_a_transaction_each_and_a_publish_and_a_read_at_first() {
    let partners: Vec<_> = (0..10).map(|n| format!("p{n}")).collect();
    let purchases: Vec<_> = partners.iter().map(|partner| purchase(partner)).collect();
    let charges: Vec<_> = partners
        .iter()
        .enumerate()
        .map(|(n, partner)| charge(n, partner))
        .collect();
    let mut exchanges: Vec<_> = (0..20).map(|_| transaction()).collect();
    exchanges.extend([read(), published(10), published(10)]);
    let calls = calls(&[&purchases, &charges], exchanges).await;
    let expected = [vec!["TransactWriteItems"; 10], vec!["PublishBatch"]].concat();
    assert_eq!(names(&calls[0]), [vec!["BatchGetItem"], expected.clone()].concat());
    assert_eq!(
        calls[0][0].1["RequestItems"]["ledger"]["Keys"]
            .as_array()
            .unwrap()
            .len(),
        10
    );
    assert_eq!(names(&calls[1]), expected);
}
