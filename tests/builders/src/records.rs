//! Builders of what Lambda hands to a function: SQS records.

use serde_json::{Value, json};

/// The ARN of a queue.
fn queue_arn(queue: &str) -> String {
    format!("arn:aws:sqs:ap-northeast-2:000000000000:{queue}")
}

/// A record of this queue, without attributes.
pub fn record(queue: &str, message_id: &str, body: &str) -> Value {
    json!({
        "messageId": message_id, "receiptHandle": format!("receipt of {message_id}"), "body": body,
        "attributes": {}, "messageAttributes": {}, "eventSource": "aws:sqs", "eventSourceARN": queue_arn(queue),
    })
}

/// The first character that SQS takes in no body and no attribute (API reference, `SendMessage`, `MessageBody`).
pub fn character_refused_by_sqs(text: &str) -> Option<char> {
    let is_taken = |character: &char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().find(|character| !is_taken(character))
}
