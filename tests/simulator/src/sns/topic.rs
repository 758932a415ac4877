//! The topic.

use std::collections::BTreeMap;
use std::time::SystemTime;

use support::wiring::Subscription;

use super::SnsError;
use crate::sqs::{Attribute, Deduplication, Outgoing, Sqs, SqsError};

/// What the topic accepted.
#[derive(Clone, Debug)]
pub struct Published {
    /// When.
    pub at: SystemTime,
    /// The id that the publisher was given.
    pub message_id: String,
    /// The body.
    pub body: String,
    /// The message group.
    pub group: String,
    /// The deduplication id.
    pub deduplication_id: String,
    /// The message attributes, by name.
    pub attributes: BTreeMap<String, Attribute>,
    /// Whether it was taken for the same as an earlier one, so that nobody got it.
    pub duplicate: bool,
}

/// A FIFO topic with high throughput, so that its deduplication is by message group.
#[derive(Debug)]
pub struct Topic {
    subscriptions: Vec<Subscription>,
    deduplication: Deduplication,
    published: Vec<Published>,
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

    /// What was accepted, in order.
    pub fn published(&self) -> &[Published] {
        &self.published
    }

    /// Takes a message, brings it to every queue that wants it, and gives its id; `undeliverable` says of a queue whether
    /// the delivery to it fails.
    ///
    /// A duplicate within five minutes is accepted and not delivered (SNS Developer Guide, "Message deduplication for FIFO
    /// topics"); it gets the first one's id.
    pub fn publish(
        &mut self,
        sqs: &mut Sqs,
        now: SystemTime,
        message: Outgoing,
        undeliverable: &mut dyn FnMut(&str) -> bool,
    ) -> Result<String, SnsError> {
        let (Some(group), Some(id)) = (&message.group, &message.deduplication_id) else {
            return Err(SnsError::InvalidParameter);
        };
        let first = self.deduplication.first(now, group, id).map(str::to_owned);
        let duplicate = first.is_some();
        let message_id = first.unwrap_or_else(|| format!("published-{}", self.published.len() + 1));
        if !duplicate {
            self.deduplication.accepted(now, group, id, &message_id);
            self.fan_out(sqs, now, &message, undeliverable);
        }
        self.published.push(Published {
            at: now,
            message_id: message_id.clone(),
            group: group.clone(),
            deduplication_id: id.clone(),
            body: message.body,
            attributes: message.attributes,
            duplicate,
        });
        Ok(message_id)
    }

    fn fan_out(
        &self,
        sqs: &mut Sqs,
        now: SystemTime,
        message: &Outgoing,
        undeliverable: &mut dyn FnMut(&str) -> bool,
    ) {
        let event_type = message
            .attributes
            .get("eventType")
            .and_then(|attribute| attribute.string_value.as_deref());
        for subscription in &self.subscriptions {
            if subscription.accepts(event_type) {
                let fails = undeliverable(&subscription.queue);
                deliver(sqs, now, subscription, message, fails);
            }
        }
    }
}

/// What a queue does not take is set aside, too (SNS Developer Guide, "Amazon SNS dead-letter queues").
fn deliver(
    sqs: &mut Sqs,
    now: SystemTime,
    subscription: &Subscription,
    message: &Outgoing,
    fails: bool,
) {
    if !fails && hand_over(sqs, now, &subscription.queue, message).is_ok() {
        return;
    }
    if let Some(undelivered) = &subscription.undelivered {
        // A second queue's failure with the same event is a duplicate there: republished, the event reaches both.
        let _ = hand_over(sqs, now, undelivered, message);
    }
}

/// FIFO queues get group and deduplication id, standard queues no group (SNS Developer Guide, "Message grouping for FIFO
/// topics", "Message delivery for FIFO topics").
fn hand_over(
    sqs: &mut Sqs,
    now: SystemTime,
    queue: &str,
    message: &Outgoing,
) -> Result<String, SqsError> {
    let mut message = message.clone();
    if !sqs.is_fifo(queue) {
        (message.group, message.deduplication_id) = (None, None);
    }
    sqs.send(now, queue, message)
}
