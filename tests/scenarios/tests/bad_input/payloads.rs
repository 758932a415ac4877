//! Payloads that are nearly SQS's: a record costs at most itself, whatever its message attributes are.

use serde_json::json;

use crate::check::check;
use crate::consumers::CONSUMERS;
use crate::{Accepted, BREAKS_CONTRACT};

#[tokio::test]
async fn b40_message_attributes_that_are_not_used_may_be_anything() {
    let attributes = [
        json!(null),
        json!([]),
        json!("x"),
        json!({ "a": null, "eventType": null }),
        json!({ "a": 7 }),
        json!({ "a": { "dataType": "String", "stringValue": "x", "stringListValues": null } }),
        json!({ "a": { "dataType": "Number", "stringValue": 7, "binaryValue": "no base64" } }),
        json!({ "a": { "dataType": "Binary", "binaryValue": "no base64" } }),
    ];
    for consumer in CONSUMERS {
        for attributes in &attributes {
            let body = (consumer.good)("own").to_string();
            check(consumer.queue, consumer.good, &body, attributes, Accepted).await;
        }
    }
}

#[tokio::test]
async fn b40_an_event_type_that_is_no_text_costs_its_record_alone() {
    let attributes = [
        json!({ "eventType": 7 }),
        json!({ "eventType": { "dataType": "Binary", "binaryValue": "no base64" } }),
    ];
    for consumer in CONSUMERS {
        for attributes in &attributes {
            let body = (consumer.good)("own").to_string();
            check(consumer.queue, consumer.good, &body, attributes, BREAKS_CONTRACT).await;
        }
    }
}
