//! One queue.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::{Counter, Deduplication, Delivery, Outgoing, SqsError, Stored};
use support::wiring::QueueSpec;

#[derive(Debug)]
pub(super) struct Queue {
    pub(super) spec: QueueSpec,
    /// In the order of arrival.
    pub(super) messages: Vec<Stored>,
    /// What a standard queue may deliver once more.
    deleted: Vec<Stored>,
    deduplication: Deduplication,
}

/// What a receive took.
pub(super) struct Received {
    pub(super) deliveries: Vec<Delivery>,
    /// What was delivered as often as it may be.
    pub(super) exhausted: Vec<Stored>,
}

impl Queue {
    pub(super) fn new(spec: QueueSpec) -> Self {
        Self {
            spec,
            messages: Vec::new(),
            deleted: Vec::new(),
            deduplication: Deduplication::default(),
        }
    }

    pub(super) fn send(
        &mut self,
        now: SystemTime,
        message: Outgoing,
        counter: &mut Counter,
    ) -> Result<String, SqsError> {
        if message.size() > self.spec.maximum_message_size {
            return Err(SqsError::TooLong);
        }
        if !self.spec.fifo {
            return Ok(self.push(now, message, counter).to_owned());
        }
        let group = message.group.clone().ok_or(SqsError::NoGroup)?;
        let id = self.deduplication_id(&message)?.to_owned();
        if let Some(first) = self.deduplication.first(now, &group, &id) {
            return Ok(first.to_owned());
        }
        let message_id = self.push(now, message, counter).to_owned();
        self.deduplication.accepted(now, &group, &id, &message_id);
        Ok(message_id)
    }

    /// The one given, or else the body itself where AWS takes its hash.
    fn deduplication_id<'m>(&self, message: &'m Outgoing) -> Result<&'m str, SqsError> {
        match &message.deduplication_id {
            Some(id) => Ok(id),
            None if self.spec.content_based_deduplication => Ok(&message.body),
            None => Err(SqsError::NoDeduplicationId),
        }
    }

    /// A new message, with the queue's delay: its id.
    pub(super) fn push(
        &mut self,
        now: SystemTime,
        message: Outgoing,
        counter: &mut Counter,
    ) -> &str {
        let (message_id, visible) = (counter.next("message"), now + self.spec.delay);
        let message = Stored::new(message_id, message, visible);
        self.messages.push(message);
        &self.messages[self.messages.len() - 1].message_id
    }

    pub(super) fn receive(
        &mut self,
        now: SystemTime,
        max: usize,
        choose: &mut dyn FnMut(usize) -> usize,
        counter: &mut Counter,
    ) -> Received {
        let limit = self.max_receive_count();
        let mut deliveries = Vec::new();
        let mut exhausted = BTreeSet::new();
        for place in self.pick(now, max, choose) {
            let message = &mut self.messages[place];
            if message.receive_count >= limit {
                exhausted.insert(place);
            } else {
                let receipt = counter.next("receipt");
                deliveries.push(message.deliver(now + self.spec.visibility, receipt));
            }
        }
        Received {
            deliveries,
            exhausted: self.take_out(&exhausted),
        }
    }

    pub(super) fn delete(&mut self, now: SystemTime, receipt: &str) -> Result<(), SqsError> {
        let place = self.place(receipt);
        if self.spec.fifo {
            let held = place.filter(|place| self.messages[*place].is_in_flight(now));
            self.messages.remove(held.ok_or(SqsError::ExpiredReceipt)?);
        } else if let Some(place) = place {
            self.deleted.push(self.messages.remove(place));
        }
        Ok(())
    }

    pub(super) fn change_visibility(
        &mut self,
        now: SystemTime,
        receipt: &str,
        timeout: Duration,
    ) -> Result<(), SqsError> {
        let place = self.place(receipt).ok_or(SqsError::UnknownReceipt)?;
        let message = &mut self.messages[place];
        if !message.is_in_flight(now) {
            return Err(SqsError::NotInFlight);
        }
        message.visible = now + timeout;
        Ok(())
    }

    fn place(&self, receipt: &str) -> Option<usize> {
        let mut messages = self.messages.iter();
        messages.position(|message| message.receipt.as_deref() == Some(receipt))
    }

    pub(super) fn redeliver(&mut self, now: SystemTime, message_id: &str) -> bool {
        let mut deleted = self.deleted.iter();
        let Some(place) = deleted.position(|message| message.message_id == message_id) else {
            return false;
        };
        let message = self.deleted.remove(place);
        self.messages.push(Stored {
            visible: now,
            ..message
        });
        true
    }
}
