//! Reading JSON values. What is missing reads as empty, zero or null, so that a rule fails with its own words.

use serde_json::{Value, json};

/// The elements of an array.
pub fn elements(array: &Value) -> impl Iterator<Item = &Value> {
    array.as_array().into_iter().flatten()
}

/// A text.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

/// An integer of 64 bits, with or without sign.
pub fn number(value: &Value) -> i128 {
    let signed = value.as_i64().map(i128::from);
    signed.unwrap_or_else(|| value.as_u64().unwrap_or(0).into())
}

/// The value that a JSON text stands for.
pub fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(json!(null))
}
