//! The payload of an invocation, which may be no SQS event at all.

use aws_lambda_events::event::sqs::SqsEvent;
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};

use crate::ProcessError;

/// An SQS event out of an invocation's payload.
///
/// # Errors
/// If it is none: with where it differs and what stands there, but never with a value. (A parser's own message quotes
/// them, and an error is logged.)
pub fn parse(payload: &str) -> Result<SqsEvent, ProcessError> {
    // Structs can be read from lists as well.
    if !payload.trim_start().starts_with('{') {
        return Err(not_an_event(payload, None));
    }
    let parser = &mut serde_json::Deserializer::from_str(payload);
    serde_path_to_error::deserialize(parser)
        .map_err(|error| not_an_event(payload, Some(error.path())))
}

fn not_an_event(payload: &str, path: Option<&Path>) -> ProcessError {
    let found = match serde_json::from_str(payload) {
        Ok(root) => found(&root, path.into_iter().flat_map(Path::iter)),
        Err(_) => "something that is not JSON, or nested too deeply".to_owned(),
    };
    ProcessError::NotAnSqsEvent { found }
}

fn found<'p>(root: &Value, path: impl Iterator<Item = &'p Segment>) -> String {
    let (mut value, mut place) = (root, String::new());
    for (depth, segment) in path.enumerate() {
        let (member, step) = match segment {
            Segment::Seq { index } => (value.get(index), format!("[{index}]")),
            Segment::Map { key } => (value.get(key), format!(".{key}")),
            _ => (None, String::new()),
        };
        value = member.unwrap_or(&Value::Null);
        // Below a record's members the names are the sender's.
        if depth < 3 {
            place.push_str(&step);
        }
    }
    match (value, place.trim_start_matches('.')) {
        (Value::Object(members), "") => object(members).to_owned(),
        (value, "") => shape(value).to_owned(),
        (value, place) => format!("{} in `{place}`", shape(value)),
    }
}

fn object(members: &Map<String, Value>) -> &'static str {
    if members.contains_key("requestContext") {
        "an HTTP event"
    } else if members.contains_key("detail-type") {
        "an EventBridge event"
    } else {
        "an object without it"
    }
}

fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_in(payload: &str) -> String {
        match parse(payload) {
            Err(ProcessError::NotAnSqsEvent { found }) => found,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn tells_where_and_what_shape_but_no_value() {
        let cases = [
            ("{}", "an object without it"),
            ("null", "null"),
            ("[[]]", "a list"),
            ("\"secret\"", "a string"),
            (
                "not json",
                "something that is not JSON, or nested too deeply",
            ),
            (
                r#"{"requestContext": {}, "body": "secret"}"#,
                "an HTTP event",
            ),
            (r#"{"detail-type": "secret"}"#, "an EventBridge event"),
            (r#"{"Records": null}"#, "null in `Records`"),
            (r#"{"Records": "secret"}"#, "a string in `Records`"),
            (r#"{"Records": ["secret"]}"#, "a string in `Records[0]`"),
            (
                r#"{"Records": [{}, {"body": {"secret": 1}}]}"#,
                "an object in `Records[1].body`",
            ),
            (
                r#"{"Records": [{"attributes": {"secret": 1}}]}"#,
                "a number in `Records[0].attributes`",
            ),
        ];
        for (payload, expected) in cases {
            assert_eq!(found_in(payload), expected, "{payload}");
        }
    }

    #[test]
    fn survives_any_nesting() {
        let deep = "[".repeat(100_000);
        let unknown = format!(
            r#"{{"Records": [], "unknown": {deep}{}}}"#,
            deep.replace('[', "]")
        );
        assert!(parse(&unknown).is_ok());
        assert!(!found_in(&format!(r#"{{"Records": {deep}"#)).is_empty());
    }
}
