//! JSON before it is written: numbers exact at any size, and what may be written in other ways marked as such.

use serde_json::Value;

/// A JSON value.
#[derive(Clone, Debug)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// A list whose order and repetitions say nothing.
    Set(Vec<Json>),
    /// An object that a reader looks into: unknown members may be added.
    Object(Vec<(String, Json)>),
    /// An object that is compared as a whole: nothing may be added.
    Exact(Vec<(String, Json)>),
    /// JSON text that is written as it is.
    Verbatim(String),
}

/// A number: its digits, moved by the exponent's number of places.
#[derive(Clone, Debug)]
pub struct Number {
    /// Whether it is below zero.
    pub negative: bool,
    /// The digits, the first one not 0 unless it is the only one.
    pub digits: String,
    /// The power of ten by which the digits are multiplied.
    pub exponent: i64,
}

impl Json {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A whole number.
    pub fn whole(number: u64) -> Self {
        Self::Number(Number {
            negative: false,
            digits: number.to_string(),
            exponent: 0,
        })
    }

    /// An object that a reader looks into.
    pub fn object<const N: usize>(members: [(&str, Json); N]) -> Self {
        Self::Object(members.map(|(name, value)| (name.to_owned(), value)).into())
    }
}

impl From<&Value> for Json {
    /// An event's data, in which every number is whole.
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => Self::whole(number.as_u64().unwrap()),
            Value::String(text) => Self::text(text),
            Value::Array(elements) => Self::List(elements.iter().map(Self::from).collect()),
            Value::Object(members) => Self::Object(members.iter().map(member).collect()),
        }
    }
}

/// A member of an event's data; details are compared as a whole.
fn member((name, value): (&String, &Value)) -> (String, Json) {
    let value = match Json::from(value) {
        Json::Object(members) if name == "details" => Json::Exact(members),
        value => value,
    };
    (name.clone(), value)
}
