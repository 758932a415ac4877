//! Queues under any sequence of calls: what holds whoever receives what, and when.

use std::time::{Duration, SystemTime};

use matchflow_tests::world::sqs::{DeadLetters, Delivery, Outgoing, QueueSpec, Sqs, Stored};
use proptest::prelude::*;

use crate::bed::{LONG, queue};

const RECEIVES: u32 = 3;

#[derive(Clone, Debug)]
enum Call {
    Send { group: u8 },
    Receive { max: usize, choices: Vec<usize> },
    Delete { which: usize },
    Show { which: usize, after: u64 },
    Wait { seconds: u64 },
}

fn call() -> impl Strategy<Value = Call> {
    let choices = prop::collection::vec(0..10usize, 12);
    prop_oneof![
        (0..3u8).prop_map(|group| Call::Send { group }),
        (1..6usize, choices).prop_map(|(max, choices)| Call::Receive { max, choices }),
        (0..6usize).prop_map(|which| Call::Delete { which }),
        (0..6usize, 0..90u64).prop_map(|(which, after)| Call::Show { which, after }),
        (0..40u64).prop_map(|seconds| Call::Wait { seconds }),
    ]
}

/// A queue, and what its callers know of it.
struct Known {
    sqs: Sqs,
    name: &'static str,
    dead: &'static str,
    now: SystemTime,
    sent: usize,
    deleted: usize,
    /// What was received, with the end of its time-out.
    received: Vec<(Delivery, SystemTime)>,
}

impl Known {
    fn new(name: &'static str, dead: &'static str) -> Self {
        let dead_letters = Some(DeadLetters {
            queue: dead.to_owned(),
            max_receive_count: RECEIVES,
        });
        let source = QueueSpec {
            delay: Duration::from_secs(5),
            dead_letters,
            ..queue(name)
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

    fn make(&mut self, call: &Call) {
        match call {
            Call::Send { group } => self.send(*group),
            Call::Receive { max, choices } => self.receive(*max, choices),
            Call::Delete { which } => self.delete(*which),
            Call::Show { which, after } => self.show(*which, Duration::from_secs(*after)),
            Call::Wait { seconds } => self.now += Duration::from_secs(*seconds),
        }
        self.nothing_is_lost();
        self.nothing_sleeps();
    }

    fn send(&mut self, group: u8) {
        self.sent += 1;
        let message = Outgoing {
            body: self.sent.to_string(),
            group: Some(group.to_string()),
            deduplication_id: Some(self.sent.to_string()),
            ..Outgoing::default()
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
                self.is_in_turn(delivery, &deliveries);
            }
        }
        let end = self.now + LONG;
        self.received
            .extend(deliveries.into_iter().map(|delivery| (delivery, end)));
    }

    /// Nobody holds another of its group, and nothing of its group is left before it.
    fn is_in_turn(&self, delivery: &Delivery, batch: &[Delivery]) {
        let held = self.received.iter().filter(|(_, end)| *end > self.now);
        let mut held = held.filter(|(held, _)| held.group == delivery.group);
        assert!(
            held.next().is_none(),
            "{delivery:?} came to a second receiver"
        );
        let queued = self.sqs.all(self.name).iter();
        let queued = queued.filter(|message| message.group == delivery.group);
        let batch = batch.iter().filter(|other| other.group == delivery.group);
        let first = queued
            .zip(batch)
            .map(|(first, came)| (&first.body, &came.body));
        assert!(
            first.clone().all(|(first, came)| first == came),
            "{delivery:?}"
        );
    }

    fn delete(&mut self, which: usize) {
        if which >= self.received.len() {
            return;
        }
        let (delivery, end) = self.received.remove(which);
        let before = self.sqs.all(self.name).len();
        let answer = self
            .sqs
            .delete(self.now, self.name, &delivery.receipt_handle);
        let gone = before - self.sqs.all(self.name).len();
        if self.sqs.is_fifo(self.name) {
            assert_eq!(answer.is_ok(), end > self.now);
            assert_eq!(gone == 1, end > self.now);
        }
        self.deleted += gone;
    }

    fn show(&mut self, which: usize, after: Duration) {
        let Some((delivery, end)) = self.received.get_mut(which) else {
            return;
        };
        let receipt = &delivery.receipt_handle;
        let answer = self
            .sqs
            .change_visibility(self.now, self.name, receipt, after);
        assert_eq!(answer.is_ok(), *end > self.now);
        if answer.is_ok() {
            *end = self.now + after;
        }
    }

    fn nothing_is_lost(&self) {
        let (left, dead) = (self.sqs.all(self.name), self.sqs.all(self.dead));
        assert_eq!(self.sent, self.deleted + left.len() + dead.len());
        let exhausted = |message: &Stored| message.receive_count == RECEIVES;
        assert!(dead.iter().all(exhausted));
    }

    /// Whoever receives when the queue says that there is something to come misses nothing.
    fn nothing_sleeps(&self) {
        let (sqs, name) = (&self.sqs, self.name);
        let next = sqs.next_change(self.now, name);
        assert!(next.is_none_or(|next| next > self.now));
        if sqs.receivable(self.now, name) {
            return;
        }
        let Some(next) = next else {
            assert!(sqs.all(name).is_empty());
            return;
        };
        assert!(!sqs.receivable(next - Duration::from_nanos(1), name));
        assert!(sqs.receivable(next, name));
    }
}

proptest! {
    #[test]
    fn a_fifo_queue_keeps_its_order(calls in prop::collection::vec(call(), 1..80)) {
        let mut known = Known::new("queue.fifo", "dead-letters.fifo");
        for call in &calls {
            known.make(call);
        }
    }

    #[test]
    fn a_standard_queue_loses_nothing(calls in prop::collection::vec(call(), 1..80)) {
        let mut known = Known::new("queue", "dead-letters");
        for call in &calls {
            known.make(call);
        }
    }
}
