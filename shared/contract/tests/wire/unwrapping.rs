//! The SNS wrapping gives what the raw body would give.

use contract::{EventType, EventTypeAttribute, Reason};
use serde_json::{Value, json};

use crate::samples::{decode, decode_by, events, golden};

/// What SNS makes of a message where raw delivery is off.
pub fn wrapped(message: &str, attributes: &Value) -> Value {
    json!({
        "Type": "Notification",
        "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        "SequenceNumber": "10000000000000000000",
        "TopicArn": "arn:aws:sns:ap-northeast-2:000000000000:events.fifo",
        "Message": message,
        "Timestamp": "2026-03-02T00:17:04.500Z",
        "UnsubscribeURL": "https://sns.ap-northeast-2.amazonaws.com/?Action=Unsubscribe",
        "MessageAttributes": attributes,
    })
}

fn attribute(data_type: &str, value: &str) -> Value {
    json!({ "eventType": { "Type": data_type, "Value": value } })
}

fn reason(body: &Value) -> Option<Reason> {
    decode(&body.to_string()).err().map(|invalid| invalid.reason)
}

#[test]
fn wrapped_or_raw_is_the_same() {
    for event_type in events() {
        let raw = golden(event_type);
        let whole = wrapped(&raw, &attribute("String", event_type.as_str()));
        let mut bare = whole.clone();
        bare.as_object_mut().unwrap().remove("MessageAttributes");
        let mut known_by_its_type = whole.clone();
        known_by_its_type.as_object_mut().unwrap().remove("TopicArn");
        for body in [whole, bare, known_by_its_type] {
            assert_eq!(decode(&body.to_string()), decode(&raw));
        }
    }
}

#[test]
fn what_is_wrapped_is_judged_as_if_it_came_raw() {
    let good = golden(EventType::MatchClosed);
    for raw in [
        String::new(),
        "null".to_owned(),
        "{".to_owned(),
        "[".repeat(1000),
        format!("{{\"a\": {}1{}}}", "[".repeat(128), "]".repeat(128)),
        "{\"id\": 1, \"id\": 2}".to_owned(),
        format!("\u{feff}{good}"),
        good.replace("f768cc41", "?"),
        good.replace("1.0", "2.0"),
    ] {
        let expected = decode(&raw).unwrap_err().reason;
        assert_eq!(reason(&wrapped(&raw, &json!({}))), Some(expected), "{raw}");
    }
    let twice = wrapped(&wrapped(&good, &json!({})).to_string(), &json!({}));
    assert_eq!(reason(&twice), Some(Reason::NotAnEnvelope));
}

#[test]
fn the_wrappings_attributes_count_in_place_of_the_records() {
    let good = golden(EventType::MatchClosed);
    let by = |attributes, record| {
        let body = wrapped(&good, &attributes).to_string();
        decode_by(&body, record, EventType::ALL).map_err(|invalid| invalid.reason)
    };
    let right = attribute("String", "match.closed");
    let other = EventTypeAttribute::Text("points.purchased");
    assert!(by(right.clone(), other).unwrap().is_some());
    assert!(by(json!({}), other).unwrap().is_some());
    assert!(by(attribute("String.json", "match.closed"), other).unwrap().is_some());
    for wrong in [
        attribute("String", "points.purchased"),
        attribute("Number", "1"),
        attribute("Binary", "AA=="),
        attribute("Stringent", "match.closed"),
        json!({ "eventType": "match.closed" }),
        json!({ "eventType": { "Type": "String" } }),
    ] {
        assert_eq!(
            by(wrong.clone(), EventTypeAttribute::Absent),
            Err(Reason::BreaksContract),
            "{wrong}"
        );
    }
    assert_eq!(
        by(json!("none"), EventTypeAttribute::Absent),
        Err(Reason::NotAnEnvelope)
    );
    assert!(
        by(
            json!({ "n": { "Type": "Number", "Value": "1" } }),
            EventTypeAttribute::Absent
        )
        .is_ok()
    );
}

#[test]
fn other_wrappings_are_not_envelopes() {
    let good = golden(EventType::MatchClosed);
    for (member, value) in [
        ("Type", json!("SubscriptionConfirmation")),
        ("Type", json!("UnsubscribeConfirmation")),
        ("Type", Value::Null),
        ("Type", json!(1)),
        ("Message", Value::Null),
        ("Message", json!(1)),
        ("Message", serde_json::from_str(&good).unwrap()),
    ] {
        let mut body = wrapped(&good, &json!({}));
        body[member] = value;
        assert_eq!(reason(&body), Some(Reason::NotAnEnvelope), "{body}");
    }
    let twice = wrapped(&good, &json!({})).to_string();
    let twice = twice.replacen("\"Type\"", "\"Type\":\"Notification\",\"Type\"", 1);
    assert_eq!(decode(&twice).unwrap_err().reason, Reason::NotJson);
    let half = wrapped("HERE", &json!({})).to_string().replace("HERE", "\\ud800");
    assert_eq!(decode(&half).unwrap_err().reason, Reason::NotJson);
}
