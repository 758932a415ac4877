//! Delivers a record between two good ones, and checks what becomes of each.

use serde_json::{Map, Value, json};
use support::pipeline::Pipeline;

use crate::consumers::Consumer;
use crate::{Accepted, Ignored, Outcome, Quarantine};

/// Delivers a record between two good ones of its group, in one batch, and checks what becomes of each. A record was processed if
/// an event about it is counted, or the partner that it registers is stored: all else that is handled publishes an event, and
/// every published event is counted.
pub async fn check(queue: &'static str, good: fn(&str) -> Value, body: &str, attributes: &Value, expected: Outcome) {
    let shown = body.get(..body.len().min(200)).unwrap_or_default();
    let mut pipeline = Pipeline::default();
    pipeline.send(queue, &good("before").to_string(), "group", &json!({}));
    let id = pipeline.send(queue, body, "group", attributes);
    pipeline.send(queue, &good("after").to_string(), "group", &json!({}));
    pipeline.run_until_idle().await;

    let output = pipeline.output();
    let is_registered = |key: &str| pipeline.matching.stored_partner(&key.parse().unwrap()).is_some();
    let was_processed = |key: &str| pipeline.statistics.knows(key) || is_registered(key);
    for other in ["before", "after"] {
        assert!(was_processed(other), "{queue}: {other} was lost next to {shown}");
    }
    let own = was_processed("own");
    let quarantined: Vec<_> = output
        .quarantined
        .iter()
        .map(|(record, why)| (&*record.message_id, why.reason))
        .collect();
    match expected {
        Accepted => assert!(
            own && quarantined.is_empty(),
            "{queue}: {quarantined:?} {own} for {shown}"
        ),
        Ignored => assert_eq!((own, quarantined), (false, vec![]), "{queue}: {shown}"),
        Quarantine(reason) => {
            assert_eq!((own, quarantined), (false, vec![(&*id, reason)]), "{queue}: {shown}");
            let (record, why) = &output.quarantined[0];
            assert_eq!(record.body, body);
            assert!(!why.detail.contains("SECRET"), "{}", why.detail);
        }
    }
}

/// Checks the record raw and in SNS's wrapping: both have the same outcome.
pub async fn check_both(consumer: Consumer, body: &str, expected: Outcome) {
    let Consumer { queue, good, .. } = consumer;
    check(queue, good, body, &json!({}), expected).await;
    let wrapped = json!({
        "Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:ap-northeast-2:000000000000:t.fifo",
        "Message": body, "Timestamp": "2026-03-01T00:00:00Z",
    });
    check(queue, good, &wrapped.to_string(), &json!({}), expected).await;
}

/// An event with one member replaced, or removed if there is no value.
pub fn with(mut event: Value, path: &str, value: Option<Value>) -> String {
    let (parent, member) = path.rsplit_once('/').unwrap();
    let object: &mut Map<_, _> = event.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => drop(object.insert(member.to_owned(), value)),
        None => drop(object.remove(member)),
    }
    event.to_string()
}
