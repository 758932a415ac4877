//! SQS's protocol: requests and answers are JSON.

mod requests;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::{Choices, batch};
use crate::sqs::{Delivery, MessageContent, Sqs, SqsError};
use requests::{Change, ChangeBatch, Delete, Receive, To, parsed};

type Answer = Result<String, &'static str>;

pub(super) fn answer(
    sqs: &mut Sqs,
    now: SystemTime,
    operation: &str,
    body: &[u8],
    choices: &mut dyn Choices,
) -> Answer {
    let To { queue_url } = parsed(body);
    let queue = queue_url.rsplit('/').next().unwrap();
    let answer = match operation {
        "sqs.SendMessage" => send(sqs, now, queue, parsed(body)),
        "sqs.ReceiveMessage" => Ok(receive(sqs, now, queue, &parsed(body), choices)),
        "sqs.DeleteMessage" => delete(sqs, now, queue, &parsed(body)),
        "sqs.ChangeMessageVisibility" => change(sqs, now, queue, &parsed(body)),
        _ => return change_batch(sqs, now, queue, &parsed(body), choices),
    };
    answer.map(|answer| answer.to_string()).map_err(SqsError::code)
}

pub(super) fn refusal(code: &str) -> String {
    json!({ "__type": format!("com.amazonaws.sqs#{code}"), "message": "refused" }).to_string()
}

fn send(sqs: &mut Sqs, now: SystemTime, queue: &str, message: MessageContent) -> Result<Value, SqsError> {
    let id = sqs.send(now, queue, message)?;
    Ok(json!({ "MessageId": id }))
}

/// Answers with all attributes, whichever the request asks for.
fn receive(sqs: &mut Sqs, now: SystemTime, queue: &str, receive: &Receive, choices: &mut dyn Choices) -> Value {
    let max = receive.max_number_of_messages;
    let deliveries = sqs.receive(now, queue, max, &mut |n| choices.choose(n));
    let messages: Vec<_> = deliveries.into_iter().map(message).collect();
    json!({ "Messages": messages })
}

fn message(delivery: Delivery) -> Value {
    let mut system = BTreeMap::new();
    let count = delivery.receive_count.to_string();
    system.insert("ApproximateReceiveCount", count);
    system.extend(delivery.content.group.map(|group| ("MessageGroupId", group)));
    let id = delivery.content.deduplication_id;
    system.extend(id.map(|id| ("MessageDeduplicationId", id)));
    json!({
        "MessageId": delivery.message_id,
        "ReceiptHandle": delivery.receipt_handle,
        "Body": delivery.content.body,
        "Attributes": system,
        "MessageAttributes": delivery.content.attributes,
    })
}

fn delete(sqs: &mut Sqs, now: SystemTime, queue: &str, delete: &Delete) -> Result<Value, SqsError> {
    sqs.delete(now, queue, &delete.receipt_handle)?;
    Ok(json!({}))
}

fn change(sqs: &mut Sqs, now: SystemTime, queue: &str, change: &Change) -> Result<Value, SqsError> {
    let timeout = Duration::from_secs(change.visibility_timeout);
    sqs.change_visibility(now, queue, &change.receipt_handle, timeout)?;
    Ok(json!({}))
}

fn change_batch(sqs: &mut Sqs, now: SystemTime, queue: &str, batch: &ChangeBatch, choices: &mut dyn Choices) -> Answer {
    batch::check(batch.entries.iter().map(|entry| &*entry.id))?;
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in &batch.entries {
        let result = if choices.entry_fails() {
            Err(batch::INTERNAL_ERROR)
        } else {
            change(sqs, now, queue, entry).map_err(SqsError::code)
        };
        match result {
            Ok(_) => successful.push(json!({ "Id": entry.id })),
            Err(code) => {
                let sender = code != batch::INTERNAL_ERROR;
                failed.push(json!({ "Id": entry.id, "Code": code, "SenderFault": sender }));
            }
        }
    }
    Ok(json!({ "Successful": successful, "Failed": failed }).to_string())
}
