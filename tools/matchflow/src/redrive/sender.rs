//! The calls of a redrive: sending to a queue or the topic, and deleting.

use aws_sdk_sqs::types::MessageAttributeValue;

use super::destination::{Destination, Outgoing};
use crate::failure::Failure;
use crate::stack::Stack;

/// The error codes that concern one message or one queue: others can be put back all the same.
const OF_ONE_MESSAGE: [&str; 6] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "InvalidMessageContents",
    "InvalidParameterValue",
    "InvalidParameter",
];

/// Whether a failed send says nothing about the next message.
pub fn is_of_one_message(failure: &Failure) -> bool {
    OF_ONE_MESSAGE.contains(&failure.why())
}

/// The clients of a redrive.
pub struct Sender<'a> {
    stack: &'a Stack,
    sqs: aws_sdk_sqs::Client,
    sns: aws_sdk_sns::Client,
}

impl<'a> Sender<'a> {
    /// The clients for this stack.
    pub fn new(stack: &'a Stack) -> Self {
        Self {
            stack,
            sqs: aws_sdk_sqs::Client::new(&stack.config),
            sns: aws_sdk_sns::Client::new(&stack.config),
        }
    }

    /// The queues' client.
    pub fn sqs(&self) -> &aws_sdk_sqs::Client {
        &self.sqs
    }

    /// Sends a message; returns its new message id.
    pub async fn send(&self, outgoing: Outgoing) -> Result<String, Failure> {
        match outgoing.destination {
            Destination::Queue(queue) => self.send_to_queue(queue, outgoing).await,
            Destination::Topic => self.publish(outgoing).await,
        }
    }

    async fn send_to_queue(&self, queue: &str, outgoing: Outgoing) -> Result<String, Failure> {
        let request = self
            .sqs
            .send_message()
            .queue_url(self.stack.queue_url(queue)?)
            .message_body(outgoing.body);
        let request = request.set_message_attributes(Some(outgoing.attributes.into_iter().collect()));
        let deduplication_id = outgoing.group.is_some().then_some(outgoing.deduplication_id);
        let request = request
            .set_message_group_id(outgoing.group)
            .set_message_deduplication_id(deduplication_id);
        let answer = request
            .send()
            .await
            .map_err(|error| Failure::of_call("sqs:SendMessage", &error))?;
        Ok(answer.message_id.unwrap_or_default())
    }

    async fn publish(&self, outgoing: Outgoing) -> Result<String, Failure> {
        const OPERATION: &str = "sns:Publish";
        let mut request = self.sns.publish().topic_arn(self.stack.topic()).message(outgoing.body);
        for (name, value) in outgoing.attributes {
            let value = of_topic(&value).map_err(|error| Failure::of_code(OPERATION, &error.to_string()))?;
            request = request.message_attributes(name, value);
        }
        let request = request
            .set_message_group_id(outgoing.group)
            .message_deduplication_id(outgoing.deduplication_id);
        let answer = request
            .send()
            .await
            .map_err(|error| Failure::of_call(OPERATION, &error))?;
        Ok(answer.message_id.unwrap_or_default())
    }

    /// Deletes a message that was sent to where it belongs.
    pub async fn delete(&self, queue: &str, receipt_handle: &str) -> Result<(), Failure> {
        let request = self
            .sqs
            .delete_message()
            .queue_url(self.stack.queue_url(queue)?)
            .receipt_handle(receipt_handle);
        request
            .send()
            .await
            .map_err(|error| Failure::of_call("sqs:DeleteMessage", &error))?;
        Ok(())
    }
}

fn of_topic(
    value: &MessageAttributeValue,
) -> Result<aws_sdk_sns::types::MessageAttributeValue, aws_sdk_sns::error::BuildError> {
    let same = aws_sdk_sns::types::MessageAttributeValue::builder().data_type(value.data_type());
    same.set_string_value(value.string_value().map(str::to_owned)).build()
}
