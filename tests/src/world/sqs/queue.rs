//! One queue.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::{Counter, Deduplication, Delivery, Outgoing, QueueSpec, SqsError, Stored};

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
        self.messages.push(Stored {
            message_id: counter.next("message"),
            body: message.body,
            group: message.group,
            deduplication_id: message.deduplication_id,
            attributes: message.attributes,
            receive_count: 0,
            source: None,
            visible: now + self.spec.delay,
            receipt: None,
        });
        &self.messages[self.messages.len() - 1].message_id
    }

    pub(super) fn receive(
        &mut self,
        now: SystemTime,
        max: usize,
        choose: &mut dyn FnMut(usize) -> usize,
        counter: &mut Counter,
    ) -> Received {
        let limit = self.spec.dead_letters.as_ref();
        let limit = limit.map_or(u32::MAX, |dead_letters| dead_letters.max_receive_count);
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
        let mut place = 0..;
        let leaves = |_: &mut Stored| place.next().is_some_and(|place| exhausted.contains(&place));
        let exhausted = self.messages.extract_if(.., leaves).collect();
        Received {
            deliveries,
            exhausted,
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

    /// These come here as dead letters of that queue. They keep their ids; on a FIFO queue, these replace the
    /// deduplication ids (SQS Developer Guide, "Configuring a dead-letter queue redrive").
    pub(super) fn bury(&mut self, now: SystemTime, source: &str, exhausted: Vec<Stored>) {
        let fifo = self.spec.fifo;
        let dead = exhausted.into_iter().map(|message| Stored {
            deduplication_id: fifo.then(|| message.message_id.clone()),
            source: Some(source.to_owned()),
            visible: now,
            receipt: None,
            ..message
        });
        self.messages.extend(dead);
    }

    /// The dead letters that nobody holds leave: each with the queue from which it came.
    pub(super) fn exhume(&mut self, now: SystemTime) -> Vec<(String, Outgoing)> {
        let free = |message: &mut Stored| message.source.is_some() && !message.is_in_flight(now);
        let leaving = self.messages.extract_if(.., free);
        let message = |message: Stored| Outgoing {
            body: message.body,
            group: message.group,
            deduplication_id: message.deduplication_id,
            attributes: message.attributes,
        };
        leaving
            .filter_map(|mut dead| Some((dead.source.take()?, message(dead))))
            .collect()
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
