//! The messages of a queue: counted, received, and shown to others again.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{ChangeMessageVisibilityBatchRequestEntry, MessageSystemAttributeName, QueueAttributeName};

use super::Message;
use crate::failure::Failure;

/// The most messages of one call.
pub const BATCH: usize = 10;

/// How long messages that are only looked at are hidden from others at most, should this program be killed.
const LOOKED_AT: Duration = Duration::from_secs(30);

/// Messages that stay on their queue.
#[derive(Debug)]
pub struct Peeked<T> {
    /// What was kept of each.
    pub messages: Vec<T>,
    /// How many are on the queue, approximately.
    pub count: u64,
    /// How many of these others had received before.
    pub in_flight: u64,
}

/// Receives up to `limit` messages, keeps of each what `each` makes of it, and lets others receive all of them again.
pub async fn peek<T>(
    client: &Client,
    url: &str,
    limit: usize,
    each: impl Fn(Message) -> T,
) -> Result<Peeked<T>, Failure> {
    let [waiting, in_flight, delayed] = counts(client, url).await?;
    let on_queue = waiting + in_flight + delayed;
    let mut received = BTreeMap::new();
    let looked = receive_new(client, url, limit, &mut received, each).await;
    let handles = received.values().map(|(handle, _)| handle.as_str());
    let shown = show_again(client, url, handles).await;
    looked.and(shown)?;
    Ok(Peeked {
        count: on_queue.max(received.len() as u64),
        in_flight,
        messages: received.into_values().map(|(_, kept)| kept).collect(),
    })
}

/// Receives messages until there are enough, or no other comes; each by its id, with its last receipt handle.
async fn receive_new<T>(
    client: &Client,
    url: &str,
    limit: usize,
    received: &mut BTreeMap<String, (String, T)>,
    each: impl Fn(Message) -> T,
) -> Result<(), Failure> {
    let mut before = None;
    while received.len() < limit && before != Some(received.len()) {
        before = Some(received.len());
        let messages = receive(client, url, LOOKED_AT).await?;
        let kept = messages.into_iter().map(|message| {
            let (id, handle) = (message.id.clone(), message.receipt_handle.clone());
            (id, (handle, each(message)))
        });
        received.extend(kept);
    }
    Ok(())
}

/// Receives up to ten messages, which are hidden from others for so long.
pub async fn receive(client: &Client, url: &str, hidden: Duration) -> Result<Vec<Message>, Failure> {
    let hidden = i32::try_from(hidden.as_secs()).unwrap_or(i32::MAX);
    let request = client.receive_message().queue_url(url).max_number_of_messages(10);
    let request = request
        .visibility_timeout(hidden)
        .message_attribute_names("All")
        .message_system_attribute_names(MessageSystemAttributeName::All);
    // Waiting asks all of SQS's servers: without it, an answer may be empty though there are messages.
    let answer = request.wait_time_seconds(1).send().await;
    let answer = answer.map_err(|error| Failure::of_call("sqs:ReceiveMessage", &error))?;
    let messages = answer.messages.unwrap_or_default().into_iter();
    Ok(messages.filter_map(Message::of).collect())
}

/// Lets others receive messages again that were received and stay, by their receipt handles.
pub async fn show_again<'a>(client: &Client, url: &str, handles: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
    const OPERATION: &str = "sqs:ChangeMessageVisibility";
    let handles: Vec<&str> = handles.collect();
    for handles in handles.chunks(BATCH) {
        let entries = handles.iter().enumerate().map(|(number, handle)| {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(number.to_string());
            entry.receipt_handle(*handle).visibility_timeout(0).build()
        });
        let entries = entries.collect::<Result<Vec<_>, _>>();
        let entries = entries.map_err(|error| Failure::of_code(OPERATION, &error.to_string()))?;
        let request = client
            .change_message_visibility_batch()
            .queue_url(url)
            .set_entries(Some(entries));
        request
            .send()
            .await
            .map_err(|error| Failure::of_call(OPERATION, &error))?;
    }
    Ok(())
}

/// The numbers of messages that can be received now, that others have received, and that are delayed; all approximate.
pub async fn counts(client: &Client, url: &str) -> Result<[u64; 3], Failure> {
    let names = [
        QueueAttributeName::ApproximateNumberOfMessages,
        QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        QueueAttributeName::ApproximateNumberOfMessagesDelayed,
    ];
    let request = client
        .get_queue_attributes()
        .queue_url(url)
        .set_attribute_names(Some(names.to_vec()));
    let answer = request
        .send()
        .await
        .map_err(|error| Failure::of_call("sqs:GetQueueAttributes", &error))?;
    let numbers = answer.attributes.unwrap_or_default();
    let number = |name| numbers.get(&name).and_then(|number| number.parse().ok());
    Ok(names.map(number).map(Option::unwrap_or_default))
}

/// How long a queue keeps a message.
pub async fn retention(client: &Client, url: &str) -> Result<Duration, Failure> {
    seconds(client, url, QueueAttributeName::MessageRetentionPeriod).await
}

/// For how long a queue hides what is sent to it.
pub async fn delay(client: &Client, url: &str) -> Result<Duration, Failure> {
    seconds(client, url, QueueAttributeName::DelaySeconds).await
}

async fn seconds(client: &Client, url: &str, attribute: QueueAttributeName) -> Result<Duration, Failure> {
    let request = client
        .get_queue_attributes()
        .queue_url(url)
        .attribute_names(attribute.clone());
    let answer = request
        .send()
        .await
        .map_err(|error| Failure::of_call("sqs:GetQueueAttributes", &error))?;
    let seconds = answer
        .attributes
        .and_then(|attributes| attributes.get(&attribute)?.parse().ok());
    Ok(Duration::from_secs(seconds.unwrap_or_default()))
}
