//! Parsing the payload of an invocation, which may not be an SQS event at all.

use serde_json::value::RawValue;

use crate::PayloadError;
use crate::json::{Members, json_type, members};
use crate::record::{Record, record};

/// Parses an invocation's payload, JSON text, as an SQS event, and returns its records.
///
/// It reads no more than a [`Record`] needs, and each record by itself. Of what it reads, only the message id, the event
/// source and the queue's ARN have to be as SQS has them; anything else that is missing or of another type counts as absent.
///
/// # Errors
/// If the payload cannot be answered record by record. The error says where it differs from an SQS event and what JSON
/// type stands there, never a value: errors are logged.
pub fn parse_event(payload: &str) -> Result<Vec<Record>, PayloadError> {
    let Some(event) = members(payload) else {
        let found = match serde_json::from_str::<&RawValue>(payload) {
            Ok(json) => json_type(json.get()),
            Err(_) => "something that is not JSON",
        };
        return Err(not_an_event(found));
    };
    let Some(records) = event.get("Records") else {
        return Err(not_an_event(kind_of_event(&event)));
    };
    let Ok(records) = serde_json::from_str::<Vec<&RawValue>>(records.get()) else {
        return Err(not_an_event(format!("{} in `Records`", json_type(records.get()))));
    };
    let parse = |(index, json): (usize, &RawValue)| match members(json.get()) {
        Some(members) => record(index, &members),
        None => Err(not_an_event(format!("{} in `Records[{index}]`", json_type(json.get())))),
    };
    records.into_iter().enumerate().map(parse).collect()
}

fn not_an_event(found: impl Into<String>) -> PayloadError {
    let found = found.into();
    PayloadError::NotAnSqsEvent { found }
}

fn kind_of_event(event: &Members<'_>) -> &'static str {
    if event.contains_key("requestContext") {
        "an HTTP event"
    } else if event.contains_key("detail-type") {
        "an EventBridge event"
    } else {
        "an object without it"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_in(payload: &str) -> String {
        match parse_event(payload) {
            Err(PayloadError::NotAnSqsEvent { found }) => found,
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
            ("not json", "something that is not JSON"),
            (r#"{"requestContext": {}, "body": "secret"}"#, "an HTTP event"),
            (r#"{"detail-type": "secret"}"#, "an EventBridge event"),
            (r#"{"Records": null}"#, "null in `Records`"),
            (r#"{"Records": "secret"}"#, "a string in `Records`"),
            (r#"{"Records": ["secret"]}"#, "a string in `Records[0]`"),
            (r#"{"Records": {"secret": 1}}"#, "an object in `Records`"),
            (r#"{"Records": [1]}"#, "a number in `Records[0]`"),
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
