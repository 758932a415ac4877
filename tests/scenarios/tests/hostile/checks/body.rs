//! A message body: read, published again, quarantined.

use std::collections::BTreeMap;

use contract::{
    EventType, EventTypeAttribute, Original, Publication, Reason, Received, Source, Undecoded, decode, quarantined,
};
use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::is_presentable;
use super::memory::{assert_bounded, needed};

type Read = Result<Received, Undecoded>;

const QUEUE: &str = "arn:aws:sqs:ap-northeast-2:000000000000:matchflow-intake.fifo";

/// Bytes of memory for each byte of a body. Most (26) for numbers like `1e20` in a request's details: their one form is
/// more than four times as long, and is copied while it is sorted.
const BOUND: usize = 32;

/// Checks that a body is read or refused, and that it can be quarantined whole.
pub fn envelope(body: &str) {
    if let Ok(received) = read(body) {
        can_be_published(&received);
    }
    let (made, needed) = needed(|| quarantine(body));
    assert_bounded(needed, body, BOUND);
    let event: Value = serde_json::from_str(&made).unwrap();
    assert_eq!(event["data"]["body"], body);
}

/// Checks that a message in SNS's wrapping is read as if it were raw. The input's first line, if there are two, is the wrapping's
/// attributes: they can have the message refused, but not change it.
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
    assert_bounded(needed, body, BOUND);
    if let Err(Undecoded::Invalid(invalid)) = &read {
        assert!(is_presentable(&invalid.detail), "{}", invalid.detail);
    }
    read
}

/// The result without the detail of an error, which names `Message` where the body was wrapped.
fn reasoned(read: &Read) -> Result<&Received, Option<Reason>> {
    read.as_ref().map_err(|undecoded| match undecoded {
        Undecoded::Invalid(invalid) => Some(invalid.reason),
        Undecoded::OtherType(_) => None,
    })
}

/// Checks that what was read can be published, and read again as the same.
fn can_be_published(received: &Received) {
    let publish = |event| Publication::new(Source::Points, event, "g", received.time, received);
    let once = publish(received.event.clone());
    let again = read(&once.body).unwrap();
    assert_eq!(publish(again.event), once);
}

fn quarantine(body: &str) -> String {
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
    format!(r#"{{"Type":"Notification","TopicArn":"arn","Message":{message},"MessageAttributes":{attributes}}}"#)
}

/// Whether a body looks like SNS's wrapping, by its members that are not `null`.
fn is_wrapping(body: &str) -> bool {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(body).unwrap_or_default();
    let has = |name| members.get(name).is_some_and(|raw| raw.get() != "null");
    !has("specversion") && (has("Type") || has("TopicArn"))
}
