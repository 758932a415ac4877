//! Events that cannot be answered record by record.

use batch::{ProcessError, SqsEvent, parse_event};
use serde_json::{Value, json};

use crate::harness::{Harness, event, standard};

fn error(harness: &Harness, event: SqsEvent) -> ProcessError {
    let error = harness.clock.run(harness.process(event)).unwrap_err();
    let calls = harness.calls.borrow();
    assert!(calls.actions.is_empty() && calls.published.is_empty() && calls.delay_calls == 0);
    error
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
    let harness = Harness::new();
    let nameless = [
        without("messageId"),
        with("messageId", &json!("")),
        with("messageId", &Value::Null),
    ];
    for record in nameless {
        let error = error(&harness, event([standard("1", "ok"), record]));
        let member = "messageId";
        assert_eq!(error, ProcessError::Incomplete { index: 1, member });
        assert!(error.to_string().contains("record 1 "), "{error}");
        assert!(error.to_string().contains("`messageId`"), "{error}");
    }
}

#[test]
fn a_record_without_its_queue_fails_the_invocation_since_order_may_matter() {
    let error = error(&Harness::new(), event([without("eventSourceARN")]));
    let member = "eventSourceARN";
    assert_eq!(error, ProcessError::Incomplete { index: 0, member });
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
    let harness = Harness::new();
    let sns = json!({ "EventSource": "aws:sns", "EventVersion": "1.0", "Sns": { "MessageId": "1" } });
    let s3 = json!({ "eventSource": "aws:s3", "awsRegion": "x", "s3": { "bucket": {} } });
    for record in [sns, s3, json!({}), without("eventSource")] {
        let error = error(&harness, event([standard("1", "ok"), record]));
        assert_eq!(error, ProcessError::NotFromSqs { index: 1 });
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
        json!({ "Records": ["secret"] }),
        json!({ "Records": [with("body", &json!({ "secret": 1 }))] }),
        json!({ "Records": [with("attributes", &json!({ "secret": ["secret"] }))] }),
        json!({ "Records": [with("messageAttributes", &json!("secret"))] }),
    ];
    for payload in payloads {
        let error = parse_event(&payload.to_string()).unwrap_err();
        assert!(matches!(error, ProcessError::NotAnSqsEvent { .. }));
        let text = format!("{error} {error:?}");
        assert!(text.contains("expected an SQS event"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}
