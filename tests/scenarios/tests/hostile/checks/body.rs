//! A message body: read, published again, set aside.

use std::collections::BTreeMap;

use contract::{
    EventType, EventTypeAttribute, Invalid, Original, Publication, Reason, Received, Source,
    decode, quarantined,
};
use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::is_presentable;
use super::memory::{is_bounded, needed};

type Read = Result<Option<Received>, Invalid>;

const QUEUE: &str = "arn:aws:sqs:ap-northeast-2:000000000000:matchflow-intake.fifo";

/// Bytes of memory for each byte of a body. Most (26) for numbers like `1e20` in a request's details: their one form is
/// more than four times as long, and is copied while it is sorted.
const BOUND: usize = 32;

/// A body of whatever shape is read or refused, and can be set aside whole.
pub fn envelope(body: &str) {
    if let Ok(Some(received)) = read(body) {
        can_be_published(&received);
    }
    let (made, needed) = needed(|| set_aside(body));
    is_bounded(needed, body, BOUND);
    let event: Value = serde_json::from_str(&made).unwrap();
    assert_eq!(event["data"]["body"], body);
}

/// A message in a wrapping is read as if it had come raw. What stands before the input's first line break, if there is
/// one, is the wrapping's attributes: they can make the message refused, but nothing else of it.
pub fn wrapping(input: &str) {
    let (attributes, message) = input.split_once('\n').unwrap_or(("null", input));
    let raw = read(message);
    let plain = read(&wrapped(message, "null"));
    if is_wrapping(message) {
        assert!(plain.is_err(), "unwrapped twice");
    } else {
        assert_eq!(reasoned(&plain), reasoned(&raw));
    }
    let with_them = read(&wrapped(message, attributes));
    if with_them.is_ok() && serde_json::from_str::<&RawValue>(attributes).is_ok() {
        assert_eq!(with_them, plain);
    }
}

fn read(body: &str) -> Read {
    let attribute = EventTypeAttribute::Absent;
    let (read, needed) = needed(|| decode(body, attribute, EventType::ALL, QUEUE));
    is_bounded(needed, body, BOUND);
    if let Err(invalid) = &read {
        assert!(is_presentable(&invalid.detail), "{}", invalid.detail);
    }
    read
}

/// The detail aside, which names `Message` as well.
fn reasoned(read: &Read) -> Result<&Option<Received>, Reason> {
    read.as_ref().map_err(|invalid| invalid.reason)
}

/// No value got in that the contract does not let out.
fn can_be_published(received: &Received) {
    let publish = |event| Publication::new(Source::Points, event, "g", received.time, received);
    let once = publish(received.event.clone());
    let again = read(&once.body).unwrap().unwrap();
    assert_eq!(publish(again.event), once);
}

fn set_aside(body: &str) -> String {
    let original = Original {
        body,
        attributes: Vec::new(),
        queue_arn: QUEUE,
        message_id: "id",
        receive_count: 1,
        group: None,
    };
    let (source, now) = (Source::Points, Timestamp::UNIX_EPOCH);
    quarantined(source, &original, "not_json", "is not JSON", now).body
}

fn wrapped(message: &str, attributes: &str) -> String {
    let message = json!(message);
    format!(
        r#"{{"Type":"Notification","TopicArn":"arn","Message":{message},"MessageAttributes":{attributes}}}"#
    )
}

/// By the names in it that are not `null`; what cannot be read at all is refused wrapped or not.
fn is_wrapping(body: &str) -> bool {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(body).unwrap_or_default();
    let has = |name| members.get(name).is_some_and(|raw| raw.get() != "null");
    !has("specversion") && (has("Type") || has("TopicArn"))
}
