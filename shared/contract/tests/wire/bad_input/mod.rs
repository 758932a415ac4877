//! What each bad body gets, after the kinds of rows in the table of bad input.

mod data;
mod envelopes;
mod form;
mod texts;

use contract::{EventType, Reason};
use serde_json::Value;

use crate::samples::{decode, golden};

fn reason(body: &str) -> Option<Reason> {
    decode(body).err().map(|invalid| invalid.reason)
}

fn sample(event_type: EventType) -> Value {
    serde_json::from_str(&golden(event_type)).unwrap()
}

/// The sample with the member at a JSON pointer set (`Some`) or taken away (`None`).
fn with(event_type: EventType, pointer: &str, value: Option<Value>) -> String {
    let mut event = sample(event_type);
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = event.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => parent.insert(name.to_owned(), value),
        None => parent.remove(name),
    };
    event.to_string()
}

/// The sample with a text of it replaced: for what is no JSON value.
fn rewritten(event_type: EventType, from: &str, to: &str) -> String {
    let body = golden(event_type);
    assert!(body.contains(from));
    body.replacen(from, to, 1)
}
