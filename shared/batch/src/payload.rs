//! Parsing the payload of an invocation, which may not be an SQS event at all.

use aws_lambda_events::event::sqs::SqsEvent;
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};

use crate::ProcessError;

/// Parses an invocation's payload, JSON text, as an SQS event.
///
/// # Errors
/// If it is not one. The error says where it differs and what JSON type stands there, never a value: a parser's own message
/// quotes them, and errors are logged.
pub fn parse_event(payload: &str) -> Result<SqsEvent, ProcessError> {
    // serde reads a struct from a list as well.
    if !payload.trim_start().starts_with('{') {
        return Err(not_an_event(payload, None));
    }
    let parser = &mut serde_json::Deserializer::from_str(payload);
    serde_path_to_error::deserialize(parser).map_err(|error| not_an_event(payload, Some(error.path())))
}

fn not_an_event(payload: &str, path: Option<&Path>) -> ProcessError {
    let found = match serde_json::from_str(payload) {
        Ok(root) => describe(&root, path.into_iter().flat_map(Path::iter)),
        Err(_) => "something that is not JSON, or nested too deeply".to_owned(),
    };
    ProcessError::NotAnSqsEvent { found }
}

/// Describes what stands at the path: its JSON type and where that is.
fn describe<'p>(root: &Value, path: impl Iterator<Item = &'p Segment>) -> String {
    let (mut value, mut place) = (root, String::new());
    for (depth, segment) in path.enumerate() {
        let (member, step) = match segment {
            Segment::Seq { index } => (value.get(index), format!("[{index}]")),
            Segment::Map { key } => (value.get(key), format!(".{key}")),
            _ => (None, String::new()),
        };
        value = member.unwrap_or(&Value::Null);
        // Below a record's members the names are the sender's, and not shown.
        if depth < 3 {
            place.push_str(&step);
        }
    }
    match (value, place.trim_start_matches('.')) {
        (Value::Object(members), "") => kind_of_event(members).to_owned(),
        (value, "") => json_type(value).to_owned(),
        (value, place) => format!("{} in `{place}`", json_type(value)),
    }
}

fn kind_of_event(members: &Map<String, Value>) -> &'static str {
    if members.contains_key("requestContext") {
        "an HTTP event"
    } else if members.contains_key("detail-type") {
        "an EventBridge event"
    } else {
        "an object without it"
    }
}

fn json_type(value: &Value) -> &'static str {
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
        match parse_event(payload) {
            Err(ProcessError::NotAnSqsEvent { found }) => found,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_error_says_where_and_which_json_type_but_no_value() {
        let cases = [
            ("{}", "an object without it"),
            ("null", "null"),
            ("[[]]", "a list"),
            ("\"secret\"", "a string"),
            ("not json", "something that is not JSON, or nested too deeply"),
            (r#"{"requestContext": {}, "body": "secret"}"#, "an HTTP event"),
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
    fn any_depth_of_nesting_is_parsed_or_refused_without_a_crash() {
        let deep = "[".repeat(100_000);
        let unknown = format!(r#"{{"Records": [], "unknown": {deep}{}}}"#, deep.replace('[', "]"));
        assert!(parse_event(&unknown).is_ok());
        assert!(!found_in(&format!(r#"{{"Records": {deep}"#)).is_empty());
    }
}
