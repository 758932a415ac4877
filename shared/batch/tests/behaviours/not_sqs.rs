//! Payloads that cannot be answered record by record.

use batch::{PayloadError, parse_event};
use serde_json::{Value, json};

use crate::harness::{Harness, event, standard};

/// The error of a payload with a good record before this one. `run` handles nothing of a payload with an error.
fn error(record: &Value) -> PayloadError {
    let records = [standard("1", "ok"), record.clone()];
    parse_event(&json!({ "Records": records }).to_string()).unwrap_err()
}

fn without(member: &str) -> Value {
    let mut record = standard("2", "ok");
    record.as_object_mut().unwrap().remove(member);
    record
}

fn with(member: &str, value: &Value) -> Value {
    let mut record = standard("2", "ok");
    record[member] = value.clone();
    record
}

#[test]
fn b10_a_record_without_an_id_fails_the_invocation_before_anything_is_handled() {
    let member = "messageId";
    let values = [json!(""), json!(null), json!(7), json!(["2"]), json!({})];
    let nameless = values.map(|value| with(member, &value));
    for record in nameless.into_iter().chain([without(member)]) {
        let error = error(&record);
        assert_eq!(error, PayloadError::Incomplete { index: 1, member });
        assert!(error.to_string().contains("record 1 "), "{error}");
        assert!(error.to_string().contains("`messageId`"), "{error}");
    }
}

#[test]
fn a_record_without_its_queue_fails_the_invocation_since_order_may_matter() {
    let member = "eventSourceARN";
    for record in [without(member), with(member, &json!(null)), with(member, &json!(""))] {
        assert_eq!(error(&record), PayloadError::Incomplete { index: 1, member });
    }
}

#[test]
fn b11_no_records_is_success_and_nothing_is_called() {
    let harness = Harness::new();
    assert_eq!(harness.answer(event([])), r#"{"batchItemFailures":[]}"#);
    let calls = harness.calls.borrow();
    assert!(calls.handler_calls.is_empty() && calls.published.is_empty() && calls.delay_calls == 0);
}

#[test]
fn b11_another_services_records_are_a_typed_error() {
    let sns = json!({ "EventSource": "aws:sns", "EventVersion": "1.0", "Sns": { "MessageId": "1" } });
    let s3 = json!({ "eventSource": "aws:s3", "awsRegion": "x", "s3": { "bucket": {} } });
    for record in [sns, s3, json!({}), without("eventSource")] {
        let error = error(&record);
        assert_eq!(error, PayloadError::NotFromSqs { index: 1 });
        assert!(error.to_string().contains("`aws:sqs`"), "{error}");
    }
}

#[test]
fn b11_any_other_payload_is_a_typed_error_that_quotes_nothing() {
    let payloads = [
        json!({}),
        json!([]),
        json!(null),
        json!("secret"),
        json!({ "requestContext": { "http": {} }, "body": "secret" }),
        json!({ "Records": "secret" }),
        json!({ "Records": { "secret": "secret" } }),
        json!({ "Records": ["secret"] }),
        json!({ "Records": [standard("1", "ok"), null] }),
        json!({ "Records": [["secret"]] }),
    ];
    for payload in payloads {
        let error = parse_event(&payload.to_string()).unwrap_err();
        assert!(matches!(error, PayloadError::NotAnSqsEvent { .. }));
        let text = format!("{error} {error:?}");
        assert!(text.contains("expected an SQS event"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}
