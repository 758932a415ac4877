//! A queue, the calls made to it, and what they received.

use std::time::{Duration, SystemTime};

use simulator::sqs::{Delivery, MessageContent, Sqs};
use support::wiring::QueueSpec;

use super::Call;
use crate::fixtures::{LONG, queue, queue_with_dead_letters};

/// The most receives of a message.
pub const RECEIVES: u32 = 3;

/// A queue, and what the calls made to it received.
pub struct QueueCalls {
    pub sqs: Sqs,
    pub name: &'static str,
    pub dead: &'static str,
    pub now: SystemTime,
    pub sent: usize,
    pub deleted: usize,
    /// The received messages, each with the end of its visibility timeout.
    pub received: Vec<(Delivery, SystemTime)>,
}

impl QueueCalls {
    pub fn new(name: &'static str, dead: &'static str) -> Self {
        let source = QueueSpec {
            delay: Duration::from_secs(5),
            ..queue_with_dead_letters(name, dead, RECEIVES)
        };
        Self {
            sqs: Sqs::new([queue(dead), source]),
            name,
            dead,
            now: SystemTime::UNIX_EPOCH,
            sent: 0,
            deleted: 0,
            received: Vec::new(),
        }
    }

    pub fn make(&mut self, call: &Call) {
        match call {
            Call::Send { group } => self.send(*group),
            Call::Receive { max, choices } => self.receive(*max, choices),
            Call::Delete { which } => self.delete(*which),
            Call::ChangeVisibility { which, after } => {
                self.change_visibility(*which, Duration::from_secs(*after));
            }
            Call::Wait { seconds } => self.now += Duration::from_secs(*seconds),
        }
        self.assert_nothing_is_lost();
        self.assert_next_change_is_known();
    }

    fn send(&mut self, group: u8) {
        self.sent += 1;
        let message = MessageContent {
            body: self.sent.to_string(),
            group: Some(group.to_string()),
            deduplication_id: Some(self.sent.to_string()),
            ..MessageContent::default()
        };
        self.sqs.send(self.now, self.name, message).unwrap();
    }

    fn receive(&mut self, max: usize, choices: &[usize]) {
        let mut choices = choices.iter().cycle();
        let mut choose = |n| choices.next().unwrap() % n;
        let deliveries = self.sqs.receive(self.now, self.name, max, &mut choose);
        assert!(deliveries.len() <= max);
        for delivery in &deliveries {
            assert!(delivery.receive_count <= RECEIVES);
            if self.sqs.is_fifo(self.name) {
                self.assert_in_order(delivery, &deliveries);
            }
        }
        let end = self.now + LONG;
        self.received
            .extend(deliveries.into_iter().map(|delivery| (delivery, end)));
    }

    fn delete(&mut self, which: usize) {
        if which >= self.received.len() {
            return;
        }
        let (delivery, end) = self.received.remove(which);
        let before = self.sqs.messages(self.name).len();
        let answer = self.sqs.delete(self.now, self.name, &delivery.receipt_handle);
        let gone = before - self.sqs.messages(self.name).len();
        if self.sqs.is_fifo(self.name) {
            assert_eq!(answer.is_ok(), end > self.now);
            assert_eq!(gone == 1, end > self.now);
        }
        self.deleted += gone;
    }

    fn change_visibility(&mut self, which: usize, after: Duration) {
        let Some((delivery, end)) = self.received.get_mut(which) else {
            return;
        };
        let receipt = &delivery.receipt_handle;
        let answer = self.sqs.change_visibility(self.now, self.name, receipt, after);
        assert_eq!(answer.is_ok(), *end > self.now);
        if answer.is_ok() {
            *end = self.now + after;
        }
    }
}
