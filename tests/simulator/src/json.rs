//! Reading JSON values. What is missing reads as empty, zero or null, so that a check fails with its own words.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::Value;
use serde_json::value::RawValue;

pub(crate) use rules::json::{elements, number, parse, text};

/// The elements of an array by the text of one of their members.
pub(crate) fn by_member<'a>(array: &'a Value, member: &str) -> BTreeMap<&'a str, &'a Value> {
    elements(array)
        .map(|element| (text(&element[member]), element))
        .collect()
}

pub(crate) fn timestamp(value: &Value) -> SystemTime {
    let timestamp: jiff::Timestamp = text(value).parse().unwrap();
    SystemTime::try_from(timestamp).unwrap()
}

/// The event in a producer's message, whether or not it is wrapped by an SNS topic.
pub(crate) fn event_in(body: &str) -> Value {
    let outer = readable(body);
    let wrapped = outer["Message"].as_str().map(readable);
    wrapped.unwrap_or(outer)
}

/// A JSON text as far as it can be read: a member that cannot, such as half a surrogate pair, is null.
fn readable(text: &str) -> Value {
    match serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
        Ok(members) => members
            .into_iter()
            .map(|(name, value)| (name, readable(value.get())))
            .collect(),
        Err(_) => parse(text),
    }
}
