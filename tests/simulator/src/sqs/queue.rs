//! One queue.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::{Deduplication, Delivery, IdCounter, MessageContent, QueuedMessage, SqsError};
use support::wiring::QueueSpec;

#[derive(Debug)]
pub struct Queue {
    pub spec: QueueSpec,
    /// In the order of arrival.
    pub messages: Vec<QueuedMessage>,
    /// The deleted messages, which a standard queue may deliver once more.
    pub deleted: Vec<QueuedMessage>,
    deduplication: Deduplication,
}

/// The messages that a receive took out of a queue.
pub struct Received {
    pub deliveries: Vec<Delivery>,
    /// Messages that were received as often as allowed.
    pub exhausted: Vec<QueuedMessage>,
}

impl Queue {
    pub fn new(spec: QueueSpec) -> Self {
        Self {
            spec,
            messages: Vec::new(),
            deleted: Vec::new(),
            deduplication: Deduplication::default(),
        }
    }

    pub fn send(&mut self, now: SystemTime, message: MessageContent, ids: &mut IdCounter) -> Result<String, SqsError> {
        if message.size() > self.spec.maximum_message_size {
            return Err(SqsError::TooLong);
        }
        if !self.spec.fifo {
            return Ok(self.push(now, message, ids).to_owned());
        }
        let group = message.group.clone().ok_or(SqsError::NoGroup)?;
        let id = self.deduplication_id(&message)?.to_owned();
        if let Some(first) = self.deduplication.first(now, &group, &id) {
            return Ok(first.to_owned());
        }
        let message_id = self.push(now, message, ids).to_owned();
        self.deduplication.record(now, &group, &id, &message_id);
        Ok(message_id)
    }

    /// The message's own, or else the body itself, where AWS takes the body's hash.
    fn deduplication_id<'m>(&self, message: &'m MessageContent) -> Result<&'m str, SqsError> {
        match &message.deduplication_id {
            Some(id) => Ok(id),
            None if self.spec.content_based_deduplication => Ok(&message.body),
            None => Err(SqsError::NoDeduplicationId),
        }
    }

    /// Adds a message, with the queue's delay, and returns its id.
    pub fn push(&mut self, now: SystemTime, content: MessageContent, ids: &mut IdCounter) -> &str {
        self.messages.push(QueuedMessage {
            message_id: ids.next("message"),
            content,
            receive_count: 0,
            source: None,
            visible: now + self.spec.delay,
            receipt: None,
        });
        &self.messages[self.messages.len() - 1].message_id
    }

    pub fn receive(
        &mut self,
        now: SystemTime,
        max: usize,
        choose: &mut dyn FnMut(usize) -> usize,
        ids: &mut IdCounter,
    ) -> Received {
        let limit = self.max_receive_count();
        let mut deliveries = Vec::new();
        let mut exhausted = BTreeSet::new();
        for position in self.pick(now, max, choose) {
            let message = &mut self.messages[position];
            if message.receive_count >= limit {
                exhausted.insert(position);
            } else {
                let receipt = ids.next("receipt");
                deliveries.push(message.deliver(now + self.spec.visibility, receipt));
            }
        }
        Received {
            deliveries,
            exhausted: self.remove(&exhausted),
        }
    }

    pub fn delete(&mut self, now: SystemTime, receipt: &str) -> Result<(), SqsError> {
        let position = self.position(receipt);
        if self.spec.fifo {
            let in_flight = position.filter(|at| self.messages[*at].is_in_flight(now));
            self.messages.remove(in_flight.ok_or(SqsError::ExpiredReceipt)?);
        } else if let Some(position) = position {
            self.deleted.push(self.messages.remove(position));
        }
        Ok(())
    }

    pub fn change_visibility(&mut self, now: SystemTime, receipt: &str, timeout: Duration) -> Result<(), SqsError> {
        let position = self.position(receipt).ok_or(SqsError::UnknownReceipt)?;
        let message = &mut self.messages[position];
        if !message.is_in_flight(now) {
            return Err(SqsError::NotInFlight);
        }
        message.visible = now + timeout;
        Ok(())
    }

    fn position(&self, receipt: &str) -> Option<usize> {
        let mut messages = self.messages.iter();
        messages.position(|message| message.receipt.as_deref() == Some(receipt))
    }

    pub fn redeliver(&mut self, now: SystemTime, message_id: &str) -> bool {
        let mut deleted = self.deleted.iter();
        let Some(position) = deleted.position(|message| message.message_id == message_id) else {
            return false;
        };
        let message = self.deleted.remove(position);
        self.messages.push(QueuedMessage {
            visible: now,
            ..message
        });
        true
    }
}
