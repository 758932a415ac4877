//! Delivers a record between two good ones, and checks what each of them got.

use serde_json::{Map, Value, json};
use support::pipeline::Pipeline;

use crate::consumers::Consumer;
use crate::{Accepted, Gets, Ignored, Quarantine};

/// Delivers the record between two good neighbours of its group, in one batch, and checks what each of them got: what
/// comes of an event is published, and all that is published is counted.
pub async fn check(
    queue: &'static str,
    good: fn(&str) -> Value,
    body: &str,
    attributes: &Value,
    gets: Gets,
) {
    let shown = body.get(..body.len().min(200)).unwrap_or_default();
    let mut pipeline = Pipeline::default();
    pipeline.send(queue, &good("before").to_string(), "group", &json!({}));
    let id = pipeline.send(queue, body, "group", attributes);
    pipeline.send(queue, &good("after").to_string(), "group", &json!({}));
    pipeline.run_until_idle().await;

    let seen = pipeline.output();
    for neighbour in ["before", "after"] {
        assert!(
            pipeline.statistics.knows(neighbour),
            "{queue}: {neighbour} was lost next to {shown}"
        );
    }
    let own = pipeline.statistics.knows("own");
    let set_aside: Vec<_> = seen
        .quarantined
        .iter()
        .map(|(record, why)| (&*record.message_id, why.reason))
        .collect();
    match gets {
        Accepted => assert!(
            own && set_aside.is_empty(),
            "{queue}: {set_aside:?} {own} for {shown}"
        ),
        Ignored => assert_eq!((own, set_aside), (false, vec![]), "{queue}: {shown}"),
        Quarantine(reason) => {
            assert_eq!(
                (own, set_aside),
                (false, vec![(&*id, reason)]),
                "{queue}: {shown}"
            );
            let (record, why) = &seen.quarantined[0];
            assert_eq!(record.body, body);
            assert!(!why.detail.contains("SECRET"), "{}", why.detail);
        }
    }
}

/// The record raw, and in SNS's wrapping: the same comes of both.
pub async fn check_both(consumer: Consumer, body: &str, gets: Gets) {
    let Consumer { queue, good, .. } = consumer;
    check(queue, good, body, &json!({}), gets).await;
    let wrapped = json!({
        "Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:ap-northeast-2:000000000000:t.fifo",
        "Message": body, "Timestamp": "2026-03-01T00:00:00Z",
    });
    check(queue, good, &wrapped.to_string(), &json!({}), gets).await;
}

/// An envelope with one member replaced, or taken out (`null` given as such stays `null`).
pub fn with(mut event: Value, path: &str, value: Option<Value>) -> String {
    let (parent, member) = path.rsplit_once('/').unwrap();
    let object: &mut Map<_, _> = event.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => drop(object.insert(member.to_owned(), value)),
        None => drop(object.remove(member)),
    }
    event.to_string()
}
