//! The FIFO topic.

use std::time::SystemTime;

use support::wiring::Subscription;

use super::SnsError;
use crate::sqs::{Deduplication, MessageContent, Sqs, SqsError};

/// A message that the topic accepted.
#[derive(Clone, Debug)]
pub struct PublishedMessage {
    /// What was published.
    pub content: MessageContent,
    /// Whether it was a duplicate of an earlier one, so that it was not delivered.
    pub is_duplicate: bool,
}

/// A FIFO topic with high throughput: its deduplication is by message group.
#[derive(Debug)]
pub struct Topic {
    subscriptions: Vec<Subscription>,
    deduplication: Deduplication,
    published: Vec<PublishedMessage>,
}

impl Topic {
    /// A topic with these subscriptions.
    pub fn new(subscriptions: Vec<Subscription>) -> Self {
        Self {
            subscriptions,
            deduplication: Deduplication::default(),
            published: Vec::new(),
        }
    }

    /// The accepted messages, in order.
    pub fn published(&self) -> &[PublishedMessage] {
        &self.published
    }

    /// Accepts a message, delivers it to every queue whose filter policy fits, and returns its id; `undeliverable` decides
    /// whether the delivery to a queue fails.
    ///
    /// A duplicate within five minutes is accepted and not delivered (SNS Developer Guide, "Message deduplication for FIFO
    /// topics"); its id is the first one's.
    pub fn publish(
        &mut self,
        sqs: &mut Sqs,
        now: SystemTime,
        content: MessageContent,
        undeliverable: &mut dyn FnMut(&str) -> bool,
    ) -> Result<String, SnsError> {
        let (Some(group), Some(id)) = (&content.group, &content.deduplication_id) else {
            return Err(SnsError::InvalidParameter);
        };
        let first = self.deduplication.first(now, group, id).map(str::to_owned);
        let is_duplicate = first.is_some();
        let message_id = first.unwrap_or_else(|| format!("published-{}", self.published.len() + 1));
        if !is_duplicate {
            self.deduplication.record(now, group, id, &message_id);
            self.fan_out(sqs, now, &content, undeliverable);
        }
        self.published.push(PublishedMessage { content, is_duplicate });
        Ok(message_id)
    }

    fn fan_out(
        &self,
        sqs: &mut Sqs,
        now: SystemTime,
        message: &MessageContent,
        undeliverable: &mut dyn FnMut(&str) -> bool,
    ) {
        for subscription in &self.subscriptions {
            if subscription.accepts(message.attribute("eventType")) {
                let fails = undeliverable(&subscription.queue);
                deliver(sqs, now, subscription, message, fails);
            }
        }
    }
}

/// Delivers a message to a queue; if that fails, or the queue refuses it, to the subscription's dead-letter queue (SNS
/// Developer Guide, "Amazon SNS dead-letter queues").
fn deliver(sqs: &mut Sqs, now: SystemTime, subscription: &Subscription, message: &MessageContent, fails: bool) {
    if !fails && send_to(sqs, now, &subscription.queue, message).is_ok() {
        return;
    }
    if let Some(undelivered) = &subscription.undelivered {
        // If a second queue fails with the same event, that is a duplicate there: published again, the event reaches both.
        let _ = send_to(sqs, now, undelivered, message);
    }
}

/// Sends a message to a queue; FIFO queues get group and deduplication id, standard queues neither (SNS Developer Guide,
/// "Message grouping for FIFO topics", "Message delivery for FIFO topics").
fn send_to(sqs: &mut Sqs, now: SystemTime, queue: &str, message: &MessageContent) -> Result<String, SqsError> {
    let mut message = message.clone();
    if !sqs.is_fifo(queue) {
        (message.group, message.deduplication_id) = (None, None);
    }
    sqs.send(now, queue, message)
}
