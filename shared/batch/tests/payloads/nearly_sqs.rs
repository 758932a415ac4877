//! Payloads that are nearly SQS's, as other engines, replays and tests have them: a record keeps what of it can be read.

use std::time::{Duration, SystemTime};

use batch::{Record, parse_event};
use serde_json::{Value, json};

fn record(id: &str) -> Value {
    json!({
        "messageId": id, "body": "ok", "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-northeast-2:111122223333:orders.fifo",
    })
}

/// The record with this member, between two plain ones that have to be read as well.
fn read_with(member: &str, value: &Value) -> Record {
    let mut odd = record("2");
    odd[member] = value.clone();
    let payload = json!({ "Records": [record("1"), odd, record("3")] });
    let mut records = parse_event(&payload.to_string()).unwrap();
    let ids: Vec<_> = records.iter().map(|record| &*record.message_id).collect();
    assert_eq!(ids, ["1", "2", "3"], "{member}: {value}");
    records.swap_remove(1)
}

fn plain() -> Record {
    read_with("awsRegion", &json!("x"))
}

/// Values of every JSON type.
fn any() -> [Value; 7] {
    [
        json!(null),
        json!(true),
        json!(7),
        json!("x"),
        json!([1]),
        json!({}),
        json!({ "a": [null] }),
    ]
}

#[test]
fn b40_what_is_not_used_may_be_anything() {
    for value in any() {
        for member in ["awsRegion", "md5OfBody", "md5OfMessageAttributes", "unknown"] {
            assert_eq!(read_with(member, &value), plain());
        }
        let lists = json!({ "a": { "dataType": "String", "stringValue": "x", "stringListValues": value, "binaryListValues": value } });
        let read = read_with("messageAttributes", &lists);
        assert_eq!(read.attributes["a"].string_value.as_deref(), Some("x"));
    }
}

#[test]
fn b40_attributes_that_are_no_object_are_absent() {
    for value in any().iter().filter(|value| !value.is_object()) {
        assert_eq!(read_with("attributes", value), plain());
        assert_eq!(read_with("messageAttributes", value), plain());
    }
}

#[test]
fn b13_the_receive_count_may_be_a_number() {
    let cases = [
        (json!(3), 3),
        (json!("3"), 3),
        (json!(null), 1),
        (json!(0), 1),
        (json!(-3), 1),
        (json!(1.5), 1),
        (json!(99_999_999_999_i64), 1),
        (json!([3]), 1),
        (json!({ "n": 3 }), 1),
    ];
    for (count, expected) in cases {
        let read = read_with("attributes", &json!({ "ApproximateReceiveCount": count }));
        assert_eq!(read.receive_count, expected, "{count}");
    }
}

#[test]
fn the_time_of_sending_is_absent_unless_it_is_a_time() {
    let sent_at = |value: Value| read_with("attributes", &json!({ "SentTimestamp": value })).sent_at;
    let sent = Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_764_547_200_123));
    assert_eq!(sent_at(json!("1764547200123")), sent);
    assert_eq!(sent_at(json!(1_764_547_200_123_u64)), sent);
    let garbled = [json!(-1), json!(1.5), json!("99999999999999999999")];
    let no_number = any().into_iter().filter(|value| !value.is_number());
    for value in garbled.into_iter().chain(no_number) {
        assert_eq!(sent_at(value.clone()), None, "{value}");
    }
}

#[test]
fn a_group_that_is_no_text_is_none() {
    for value in any().iter().filter(|value| !value.is_string()) {
        assert_eq!(read_with("attributes", &json!({ "MessageGroupId": value })).group, None);
    }
}

#[test]
fn b40_of_an_odd_message_attribute_all_that_can_be_is_kept() {
    let read = |attribute: Value| {
        let read = read_with(
            "messageAttributes",
            &json!({ "odd": attribute, "plain": { "dataType": "String", "stringValue": "x" } }),
        );
        assert_eq!(read.attributes["plain"].string_value.as_deref(), Some("x"));
        read.attributes.get("odd").cloned()
    };
    let text = |attribute: Value| {
        let read = read(attribute).unwrap();
        assert_eq!(read.binary_value, None);
        read.string_value.unwrap()
    };
    assert_eq!(read(json!(null)), None);
    assert_eq!(text(json!("x")), r#""x""#);
    assert_eq!(text(json!({ "dataType": "Number", "stringValue": 7 })), "7");
    assert_eq!(
        text(json!({ "dataType": "Binary", "binaryValue": "no base64" })),
        "no base64"
    );
    assert_eq!(text(json!({ "dataType": "Binary", "binaryValue": "AAE" })), "AAE");
    assert_eq!(
        text(json!({ "dataType": "Number", "stringValue": "7", "binaryValue": "no base64" })),
        "7"
    );
    let good = read(json!({ "dataType": "Binary", "stringValue": null, "binaryValue": "AAE=" })).unwrap();
    assert_eq!((good.string_value, good.binary_value), (None, Some(vec![0, 1])));
}

#[test]
fn b40_a_body_that_is_no_text_is_kept_as_its_json() {
    for value in any().iter().filter(|value| !value.is_string() && !value.is_null()) {
        assert_eq!(read_with("body", value).body, value.to_string());
    }
    assert_eq!(read_with("body", &json!(null)).body, "");
    assert_eq!(plain().receipt_handle, "");
}

/// A record with this body, as it is written in JSON.
fn written(body: &str) -> String {
    let record = record("1").to_string().replace("\"ok\"", body);
    format!(r#"{{"Records":[{record}]}}"#)
}

#[test]
fn b40_a_body_that_rust_cannot_hold_is_kept_as_its_json() {
    for body in [r#""\ud800""#, &"[".repeat(100_000)] {
        let body = format!("{body}{}", "]".repeat(body.matches('[').count()));
        assert_eq!(parse_event(&written(&body)).unwrap()[0].body, body);
    }
}

#[test]
fn of_two_members_with_one_name_the_last_counts() {
    let twice = written(r#""first","body":"second""#);
    let records = parse_event(&format!(r#"{{"Records":null,{}"#, &twice[1..])).unwrap();
    assert_eq!(records[0].body, "second");
}
