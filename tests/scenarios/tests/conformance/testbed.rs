//! What a promise is tested on: queues, a topic, the SDK's clients, and the calls that the tests make.

use std::time::Duration;

use aws_sdk_sns::types::PublishBatchRequestEntry;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use support::wiring::{QueueSpec, Subscription};

use crate::fixtures::{OutgoingMessage, is_fifo};

/// Queues and a topic of one test.
pub trait Testbed: Sized {
    /// Whether it keeps those promises, too, that the engine is known to break.
    const LIKE_AWS: bool;

    /// A aws with these queues and subscriptions.
    async fn with(queues: Vec<QueueSpec>, subscriptions: Vec<Subscription>) -> Self;
    /// The client of SQS.
    fn sqs(&self) -> &aws_sdk_sqs::Client;
    /// The client of SNS.
    fn sns(&self) -> &aws_sdk_sns::Client;
    /// A queue's URL.
    fn url(&self, queue: &str) -> String;
    /// The topic's ARN.
    fn topic(&self) -> &str;
    /// Waits for a moment longer than this.
    async fn wait(&self, duration: Duration);

    /// A testbed with these queues and no subscriptions.
    async fn with_queues<const N: usize>(queues: [QueueSpec; N]) -> Self {
        Self::with(queues.into(), Vec::new()).await
    }

    /// Sends a message, with its deduplication id if the queue is FIFO, and gives the message's id or the error code.
    async fn try_send(&self, queue: &str, message: OutgoingMessage<'_>) -> Result<String, String> {
        let send = self.sqs().send_message().queue_url(self.url(queue));
        let send = send.message_body(message.body);
        let send = send.set_message_group_id(message.group.map(str::to_owned));
        let id = message.id.filter(|_| is_fifo(queue));
        let send = send.set_message_deduplication_id(id.map(str::to_owned));
        let sent = send.send().await.map_err(|error| code(&error))?;
        Ok(sent.message_id.unwrap())
    }

    /// Sends a message that is accepted, and gives its id.
    async fn send(&self, queue: &str, message: OutgoingMessage<'_>) -> String {
        self.try_send(queue, message).await.unwrap()
    }

    /// Receives until no message comes.
    async fn receive(&self, queue: &str) -> Vec<Message> {
        let mut all = Vec::new();
        loop {
            let receive = self.sqs().receive_message().queue_url(self.url(queue));
            let receive = receive
                .max_number_of_messages(10)
                .message_attribute_names("All")
                .message_system_attribute_names(MessageSystemAttributeName::All);
            let messages = receive.send().await.unwrap().messages.unwrap_or_default();
            if messages.is_empty() {
                return all;
            }
            all.extend(messages);
        }
    }

    /// Deletes with the receipt handle of this message.
    async fn delete(&self, queue: &str, received: &Message) -> Result<(), String> {
        let delete = self.sqs().delete_message().queue_url(self.url(queue));
        let delete = delete.receipt_handle(received.receipt_handle().unwrap());
        delete.send().await.map(drop).map_err(|error| code(&error))
    }

    /// Changes the visibility timeout of this message.
    async fn change_visibility(&self, queue: &str, received: &Message, later: Duration) -> Result<(), String> {
        let change = self.sqs().change_message_visibility();
        let change = change
            .queue_url(self.url(queue))
            .receipt_handle(received.receipt_handle().unwrap())
            .visibility_timeout(later.as_secs().try_into().unwrap());
        change.send().await.map(drop).map_err(|error| code(&error))
    }

    /// Makes a received message visible again at once.
    async fn release(&self, queue: &str, received: &Message) {
        let released = self.change_visibility(queue, received, Duration::ZERO);
        released.await.unwrap();
    }

    /// Publishes a batch and gives the id of each entry, or its error code.
    async fn publish(&self, entries: Vec<PublishBatchRequestEntry>) -> Result<Vec<Result<String, String>>, String> {
        let publish = self.sns().publish_batch().topic_arn(self.topic());
        let publish = publish.set_publish_batch_request_entries(Some(entries.clone()));
        let answer = publish.send().await.map_err(|error| code(&error))?;
        let result = |entry: &PublishBatchRequestEntry| {
            let mut successful = answer.successful().iter();
            let mut failed = answer.failed().iter();
            let good = successful.find(|good| good.id() == Some(entry.id()));
            let bad = failed.find(|bad| bad.id() == entry.id());
            match (good, bad) {
                (Some(good), None) => Ok(good.message_id().unwrap().to_owned()),
                (None, Some(bad)) => Err(bad.code().to_owned()),
                both => unreachable!("{both:?}"),
            }
        };
        Ok(entries.iter().map(result).collect())
    }
}

/// The error code of a failed call.
fn code<E, R>(error: &SdkError<E, R>) -> String
where
    SdkError<E, R>: ProvideErrorMetadata,
{
    error.code().unwrap_or_default().to_owned()
}

/// The bodies of these messages.
pub fn bodies(messages: &[Message]) -> Vec<&str> {
    let bodies = messages.iter().map(|message| message.body().unwrap());
    bodies.collect()
}
