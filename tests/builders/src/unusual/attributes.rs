//! Message attributes and SNS wrappings, as producers and their own topics send them.

use serde_json::{Value, json};

use super::people::add_optional;
use super::spelling::{written, written_short};
use super::{Draw, Json, Variant};

/// Makes the attributes of an event of this type.
type Attributes = fn(&str) -> Value;

/// Message attributes by the event's type, in the form in which Lambda hands them over.
pub(super) const ATTRIBUTES: [Variant<Attributes>; 5] = [
    ("no attributes", |_| |_| json!({})),
    (
        "the event's type as an attribute",
        |_| |event_type| json!({ "eventType": { "dataType": "String", "stringValue": event_type } }),
    ),
    (
        "the event's type as an attribute of a labelled type",
        |_| |event_type| json!({ "eventType": { "dataType": "String.json", "stringValue": event_type } }),
    ),
    (
        "a malformed correlation id as an attribute",
        |_| |_| json!({ "correlationId": { "dataType": "String", "stringValue": "이 요청 \u{10ffff}" } }),
    ),
    ("ten attributes of labelled types", |_| ten),
];

fn ten(event_type: &str) -> Value {
    let mut attributes = json!({
        "eventType": { "dataType": format!("String.{}", "x".repeat(249)), "stringValue": event_type },
        "correlationId": { "dataType": "Number.int", "stringValue": "7" },
        "JavaType": { "dataType": "String", "stringValue": "java.lang.Object" },
        "contentType": { "dataType": "String", "stringValue": "text/html" },
        "data": { "dataType": "Binary.png", "binaryValue": "AP/+" },
        "a.b-c_d": { "dataType": "Number", "stringValue": "1E+125" },
    });
    for number in 7..=10 {
        attributes["n".repeat(number * 25)] = json!({ "dataType": "String", "stringValue": "\t\u{fffd}" });
    }
    attributes
}

/// Bodies longer than this are wrapped with as few escapes as can be: each escape could make six of one character.
const LONG: usize = 20_000;

/// The body in the wrapping of a topic without raw delivery.
pub(super) fn wrapped(event_type: &str, body: &str, draw: &mut Draw) -> String {
    let attribute = Json::object([("Type", Json::text("String.label")), ("Value", Json::text(event_type))]);
    let attributes = draw.random.bool().then(|| Json::object([("eventType", attribute)]));
    let members = [
        ("Type", "Notification"),
        ("MessageId", "a3a3a3a3-0000-5000-8000-000000000000"),
        ("TopicArn", "arn:aws:sns:ap-northeast-2:000000000000:shop.fifo"),
        ("Message", body),
        ("UnsubscribeURL", "https://shop.example/?a=b&c"),
    ];
    let mut members: Vec<_> = members.map(|(name, text)| (name.to_owned(), Json::text(text))).into();
    add_optional(&mut members, "MessageAttributes", attributes, draw);
    let wrapping = Json::Object(members);
    if body.len() > LONG {
        written_short(&wrapping, draw)
    } else {
        written(&wrapping, draw)
    }
}
