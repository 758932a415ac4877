//! Looking at messages that stay on their queue.

use std::collections::BTreeMap;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{ChangeMessageVisibilityBatchRequestEntry, MessageSystemAttributeName, QueueAttributeName};

use super::Message;
use crate::failure::Failure;

/// How long the messages are hidden from others at most, in seconds, should this program be killed while it looks.
const HIDDEN: i32 = 30;

/// The most messages of one call.
const BATCH: i32 = 10;

/// Messages that stay on their queue.
#[derive(Debug, Default)]
pub struct Peeked {
    pub messages: Vec<Message>,
    /// How many are on the queue, approximately, those that are hidden or delayed included.
    pub count: u64,
}

/// Receives up to `limit` messages, and makes all of them visible again.
pub async fn peek(client: &Client, url: &str, limit: usize) -> Result<Peeked, Failure> {
    let count = count(client, url).await?;
    let mut received: BTreeMap<String, Message> = BTreeMap::new();
    let looked = if count == 0 { Ok(()) } else { receive(client, url, limit, &mut received).await };
    let shown = show_again(client, url, received.values()).await;
    looked.and(shown)?;
    Ok(Peeked {
        count: count.max(received.len() as u64),
        messages: received.into_values().collect(),
    })
}

async fn receive(client: &Client, url: &str, limit: usize, received: &mut BTreeMap<String, Message>) -> Result<(), Failure> {
    while received.len() < limit {
        let request = client.receive_message().queue_url(url).max_number_of_messages(BATCH).visibility_timeout(HIDDEN);
        let request = request.message_attribute_names("All").message_system_attribute_names(MessageSystemAttributeName::All);
        // Waiting asks all of SQS's servers: without it, an answer may be empty though there are messages.
        let answer = request.wait_time_seconds(1).send().await;
        let answer = answer.map_err(|error| Failure::of_call("sqs:ReceiveMessage", &error))?;
        let before = received.len();
        let messages = answer.messages.unwrap_or_default().into_iter().filter_map(Message::of);
        received.extend(messages.map(|message| (message.id.clone(), message)));
        if received.len() == before {
            break;
        }
    }
    Ok(())
}

async fn show_again<'a>(client: &Client, url: &str, messages: impl Iterator<Item = &'a Message>) -> Result<(), Failure> {
    const OPERATION: &str = "sqs:ChangeMessageVisibility";
    let handles: Vec<&str> = messages.map(|message| message.receipt_handle.as_str()).collect();
    for handles in handles.chunks(10) {
        let entries = handles.iter().enumerate().map(|(number, handle)| {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(number.to_string());
            entry.receipt_handle(*handle).visibility_timeout(0).build()
        });
        let entries = entries.collect::<Result<Vec<_>, _>>();
        let entries = entries.map_err(|error| Failure::of_code(OPERATION, &error.to_string()))?;
        let request = client.change_message_visibility_batch().queue_url(url).set_entries(Some(entries));
        request.send().await.map_err(|error| Failure::of_call(OPERATION, &error))?;
    }
    Ok(())
}

async fn count(client: &Client, url: &str) -> Result<u64, Failure> {
    let names = [
        QueueAttributeName::ApproximateNumberOfMessages,
        QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        QueueAttributeName::ApproximateNumberOfMessagesDelayed,
    ];
    let request = client.get_queue_attributes().queue_url(url).set_attribute_names(Some(names.into()));
    let answer = request.send().await.map_err(|error| Failure::of_call("sqs:GetQueueAttributes", &error))?;
    let numbers = answer.attributes.unwrap_or_default();
    Ok(numbers.values().filter_map(|number| number.parse::<u64>().ok()).sum())
}
