//! What is read of a record for the lines about it.

use contract::{Correlation, EventType, Original, OriginalAttribute, correlation};
use serde_json::{Value, json};

use crate::samples::{QUEUE, decode, events, golden};
use crate::unwrapping::wrapped;

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn of_record(body: &str, attributes: Vec<OriginalAttribute<'_>>) -> Correlation {
    correlation(&Original {
        body,
        attributes,
        queue_arn: QUEUE,
        message_id: "m",
        receive_count: 1,
        group: None,
    })
}

fn of(body: &Value) -> (Option<String>, Option<String>) {
    let Correlation {
        correlation_id,
        traceparent,
        ..
    } = of_record(&body.to_string(), vec![]);
    (correlation_id, traceparent)
}

fn event(event_type: EventType) -> Value {
    serde_json::from_str(&golden(event_type)).unwrap()
}

fn without_correlation(event_type: EventType) -> Value {
    let mut body = event(event_type);
    body.as_object_mut().unwrap().remove("correlationid");
    body
}

#[test]
fn it_is_what_a_consumer_has_of_every_event_raw_or_wrapped() {
    for event_type in events() {
        for mut body in [event(event_type), without_correlation(event_type)] {
            body["traceparent"] = json!(TRACE);
            let received = decode(&body.to_string()).unwrap().unwrap();
            let expected = (Some(received.correlation_id), received.traceparent);
            assert_eq!(expected.1.as_deref(), Some(TRACE));
            assert_eq!(of_record(&body.to_string(), vec![]).event_type, Some(event_type));
            assert_eq!(of(&body), expected, "{event_type}");
            assert_eq!(of(&wrapped(&body.to_string(), &json!({}))), expected, "{event_type}");
        }
    }
}

#[test]
fn an_event_that_breaks_the_contract_has_what_its_envelope_says() {
    let mut body = event(EventType::RequestSubmitted);
    body["traceparent"] = json!(TRACE);
    body["correlationid"] = json!("web:1");
    body["data"] = json!({ "requestId": "r", "region": 7 });
    assert_eq!(of(&body), (Some("web:1".to_owned()), Some(TRACE.to_owned())));
    body["correlationid"] = json!("not well formed");
    body["traceparent"] = json!("not well formed");
    assert_eq!(of(&body), (None, None));
    body["type"] = json!("+82 10 1234 5678");
    assert_eq!(of_record(&body.to_string(), vec![]).event_type, None);
}

#[test]
fn what_cannot_be_read_has_none_but_of_a_well_formed_attribute() {
    for body in [
        "",
        "{",
        "7",
        "[]",
        r#"{"Type":"Notification","Message":"{"}"#,
        r#"{"data":{"requestId":"r"}}"#,
    ] {
        assert_eq!(of_record(body, vec![]), Correlation::default(), "{body}");
        for (value, expected) in [("web:1", Some("web:1")), ("+82 10 1234 5678", None)] {
            let attribute = OriginalAttribute {
                name: "correlationId",
                data_type: "String",
                string_value: Some(value),
                binary_value: None,
            };
            let found = of_record(body, vec![attribute]);
            assert_eq!(
                (found.correlation_id.as_deref(), found.traceparent),
                (expected, None),
                "{body}"
            );
        }
    }
}
