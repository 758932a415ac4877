//! Whatever `aws_lambda_events` reads as an SQS event is read as the same records.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use batch::{Attribute, Record, parse_event};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::samples;

/// The record as `aws_lambda_events` reads it.
fn expected(message: SqsMessage) -> Record {
    let attributes = message.message_attributes.into_iter().map(|(name, attribute)| {
        let attribute = Attribute {
            data_type: attribute.data_type.unwrap_or_default(),
            string_value: attribute.string_value,
            binary_value: attribute.binary_value.map(|binary| binary.0),
        };
        (name, attribute)
    });
    let count = message.attributes.get("ApproximateReceiveCount");
    let sent = message
        .attributes
        .get("SentTimestamp")
        .and_then(|sent| sent.parse().ok());
    Record {
        message_id: message.message_id.unwrap(),
        receipt_handle: message.receipt_handle.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
        attributes: attributes.collect(),
        group: message.attributes.get("MessageGroupId").cloned(),
        receive_count: count.and_then(|count| count.parse().ok()).unwrap_or(1).max(1),
        sent_at: sent.map(|sent| SystemTime::UNIX_EPOCH + Duration::from_millis(sent)),
        queue_arn: message.event_source_arn.unwrap(),
    }
}

/// Checks a payload, and returns whether `aws_lambda_events` reads it.
fn is_read_the_same(payload: &str) -> bool {
    let Ok(event) = serde_json::from_str::<SqsEvent>(payload) else {
        return false;
    };
    let expected: Vec<Record> = event.records.into_iter().map(expected).collect();
    assert_eq!(parse_event(payload).unwrap(), expected, "{payload}");
    true
}

#[test]
fn the_public_samples_are_read_the_same_where_it_reads_them() {
    let read = |(source, payload): (String, String)| (!is_read_the_same(&payload)).then_some(source);
    let mut unread: Vec<_> = samples::payloads().into_iter().filter_map(read).collect();
    unread.sort();
    assert_eq!(
        unread,
        ["powertools-python", "powertools-typescript"],
        "a binary value that is no base64"
    );
}

fn text() -> impl Strategy<Value = Value> {
    let odd = vec!["", "\u{0}\u{ffff}", "{\"a\":1}", "3", "-1", "AAE=", "\u{202e}\n", "🙂"];
    prop_oneof![select(odd).prop_map(str::to_owned), any::<String>()].prop_map(Value::from)
}

/// A text, null, or nothing.
fn optional() -> impl Strategy<Value = Option<Value>> {
    weighted(0.8, prop_oneof![4 => text(), 1 => Just(Value::Null)])
}

fn object(members: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let members = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(members.collect::<Map<_, _>>())
}

fn message_attribute() -> impl Strategy<Value = Value> {
    let base64 = weighted(
        0.5,
        select(vec!["", "AA==", "AAE=", "AAEC", "no base64"]).prop_map(Value::from),
    );
    (optional(), optional(), base64).prop_map(|(data_type, text, binary)| {
        object([("dataType", data_type), ("stringValue", text), ("binaryValue", binary)])
    })
}

fn message() -> impl Strategy<Value = Value> {
    let system = (optional(), optional(), text()).prop_map(|(count, group, other)| {
        let members = [
            ("ApproximateReceiveCount", count),
            ("MessageGroupId", group),
            ("Other", Some(other)),
        ];
        object(members.map(|(name, value)| (name, value.filter(Value::is_string))))
    });
    let attributes = prop::collection::btree_map(any::<String>(), message_attribute(), 0..4);
    let attributes = attributes.prop_map(|attributes: BTreeMap<_, _>| json!(attributes));
    let or_null = |strategy: BoxedStrategy<Value>| weighted(0.8, prop_oneof![4 => strategy, 1 => Just(Value::Null)]);
    (
        ("[a-z0-9]{1,8}", "[a-z]{1,8}(\\.fifo)?"),
        (optional(), optional(), optional()),
        (or_null(system.boxed()), or_null(attributes.boxed())),
    )
        .prop_map(|((id, queue), (receipt, body, region), (system, attributes))| {
            object([
                ("messageId", Some(json!(id))),
                ("eventSource", Some(json!("aws:sqs"))),
                ("eventSourceARN", Some(json!(format!("arn:aws:sqs:x:1:{queue}")))),
                ("receiptHandle", receipt),
                ("body", body),
                ("awsRegion", region),
                ("attributes", system),
                ("messageAttributes", attributes),
            ])
        })
}

proptest! {
    #[test]
    fn any_event_is_read_the_same_where_it_reads_it(messages in prop::collection::vec(message(), 0..4)) {
        is_read_the_same(&json!({ "Records": messages }).to_string());
    }
}
