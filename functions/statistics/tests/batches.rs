//! Statistics as a whole: from a batch of its queue to the response.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use std::collections::BTreeSet;

use builders::records::record;
use builders::request_events::{PERSONAL, Request, credited, not_notified, notified};
use contract::Channel::{Push, Sms};
use serde_json::{Value, json};
use statistics::domain::MAX_EVENTS;
use support::expected_counts::expected_counts;
use support::fakes::Fault;
use support::pipeline::Pipeline;

/// Delivers these bodies in one batch, and returns the positions of those that failed.
async fn deliver(pipeline: &Pipeline, bodies: &[String]) -> BTreeSet<usize> {
    let record = |(n, body): (usize, &String)| record("statistics", &n.to_string(), body);
    let records: Value = bodies.iter().enumerate().map(record).collect();
    let event = json!({ "Records": records });
    let answer = pipeline.deliver("statistics", event).await.unwrap();
    let mut failed = BTreeSet::new();
    for failure in answer.batch_item_failures {
        let is_new = failed.insert(failure.item_identifier.parse().unwrap());
        assert!(is_new, "a record is named once");
    }
    failed
}

fn matches(number: usize) -> Vec<Value> {
    let matched = |n| Request::cleaning(&format!("r{n}")).matched(1, "p1", 5);
    (0..number).map(matched).collect()
}

fn bodies(events: &[Value]) -> Vec<String> {
    events.iter().map(Value::to_string).collect()
}

#[tokio::test]
async fn exactly_the_records_that_were_not_counted_fail() {
    for (fault, fails) in [
        (Fault::Refused, MAX_EVENTS),
        (Fault::TimedOutAfter, MAX_EVENTS),
        (Fault::Contended, 0), // is tried again within the batch
    ] {
        let pipeline = Pipeline::default();
        let events = matches(3 * MAX_EVENTS);
        pipeline.faults.fail_next("statistics.count", fault);
        let failed = deliver(&pipeline, &bodies(&events)).await;
        assert_eq!(failed.len(), fails);
        let (mut again, mut counted) = (Vec::new(), Vec::new());
        for (position, event) in events.iter().enumerate() {
            if failed.contains(&position) {
                again.push(event.to_string());
            } else {
                counted.push(event);
            }
        }
        if fault == Fault::Refused {
            pipeline.fold().await;
            assert_eq!(pipeline.statistics.counters(), expected_counts(counted));
        }
        deliver(&pipeline, &again).await;
        pipeline.fold().await;
        assert_eq!(pipeline.statistics.counters(), expected_counts(&events));
    }
}

#[tokio::test]
async fn bad_records_are_quarantined_unknown_types_ignored_and_all_others_counted() {
    let pipeline = Pipeline::default();
    let events = matches(3);
    let mut records = bodies(&events);
    let broken = events[0].to_string().replace("p1", "p 1");
    records.insert(1, broken.clone());
    records.insert(2, "no event".to_owned());
    records.insert(3, events[0].to_string().replace("request.matched", "order.placed"));
    assert_eq!(deliver(&pipeline, &records).await, BTreeSet::new());
    pipeline.fold().await;
    assert_eq!(pipeline.statistics.counters(), expected_counts(&events));
    let output = pipeline.output();
    assert!(output.published.is_empty());
    let quarantined: Vec<_> = output
        .quarantined
        .iter()
        .map(|(record, why)| (&*record.body, why.reason))
        .collect();
    assert_eq!(quarantined, [(&*broken, "breaks_contract"), ("no event", "not_json")]);
    for (_, why) in &output.quarantined {
        assert!(PERSONAL.iter().all(|personal| !why.detail.contains(personal)));
    }
}

/// One event of each type that is published.
fn one_of_each_type() -> [Value; 8] {
    let request = Request::cleaning("r1");
    let matched = request.matched(2, "p1", 5);
    [
        request.deferred(1, 4),
        request.refused(&matched, 6),
        request.charged(&matched, 200, 6),
        notified(&matched, Sms, 7),
        not_notified(&matched, Push, 7),
        request.unmatched(3, 8),
        credited("b1", "p1", 500, 9),
        matched,
    ]
}

#[tokio::test]
async fn every_published_type_is_counted_raw_and_in_the_sns_wrapping_as_the_same_event() {
    let pipeline = Pipeline::default();
    let wrapped = one_of_each_type().map(|event| {
        json!({
            "Type": "Notification", "MessageId": "m", "Message": event.to_string(),
            "TopicArn": "arn:aws:sns:ap-northeast-2:000000000000:t.fifo", "Timestamp": "2026-03-01T00:00:00Z",
        })
    });
    assert_eq!(deliver(&pipeline, &bodies(&wrapped)).await, BTreeSet::new());
    pipeline.fold().await;
    assert_eq!(pipeline.statistics.counters(), expected_counts(&one_of_each_type()));
    assert_eq!(deliver(&pipeline, &bodies(&one_of_each_type())).await, BTreeSet::new());
    pipeline.fold().await;
    assert_eq!(
        pipeline.statistics.counters(),
        expected_counts(&one_of_each_type()),
        "counted once"
    );
}
