//! The schedule of a workload's steps, and the record of what they did.

use std::cell::{Ref, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::Step;
use super::messages::Message;
use crate::sns::PublishedMessage;

/// The steps to come, and what was sent and redriven so far.
#[derive(Default)]
pub struct StepSchedule(RefCell<State>);

#[derive(Default)]
struct State {
    /// The steps to come by their moment, then in the order in which they were added.
    due: BTreeMap<(SystemTime, usize), Step>,
    /// How many steps were ever added.
    added: usize,
    /// The closes of matches, and how long after its match is published each comes.
    closes: Vec<(Duration, Step)>,
    /// How many of the topic's messages were searched for matches.
    searched: usize,
    /// The data of the published matches by request and attempt.
    matches: BTreeMap<(String, u64), Value>,
    sent: Vec<Message>,
    /// How many messages were redriven, by [`redrive_of`] their queue.
    redriven: BTreeMap<String, usize>,
    finished: bool,
}

/// The name under which a redrive of this queue is observed.
pub fn redrive_of(queue: &str) -> String {
    format!("redriven {queue}")
}

impl StepSchedule {
    /// A schedule of these steps, whose times count from `begin`.
    pub fn new(begin: SystemTime, steps: &[(Duration, Step)]) -> Self {
        let schedule = Self::default();
        for (at, step) in steps.iter().cloned() {
            if matches!(step, Step::Close { .. }) {
                schedule.0.borrow_mut().closes.push((at, step));
            } else {
                schedule.add(begin + at, step);
            }
        }
        schedule
    }

    /// The messages that were sent so far.
    pub fn sent(&self) -> Ref<'_, [Message]> {
        Ref::map(self.0.borrow(), |state| &*state.sent)
    }

    /// Whether a message with this body was sent that can never succeed.
    pub fn must_be_quarantined(&self, body: &str) -> bool {
        let sent = self.sent();
        let mut same_body = sent.iter().filter(|message| message.content.body == body);
        same_body.any(|message| message.must_be_quarantined)
    }

    /// How many messages were redriven from each queue, by [`redrive_of`] it.
    pub fn redriven(&self) -> BTreeMap<String, usize> {
        self.0.borrow().redriven.clone()
    }

    /// Whether the workload is done and the pipeline has recovered.
    pub fn is_finished(&self) -> bool {
        self.0.borrow().finished
    }

    /// Ends the simulation.
    pub(super) fn finish(&self) {
        self.0.borrow_mut().finished = true;
    }

    pub(super) fn record_sent(&self, message: Message) {
        self.0.borrow_mut().sent.push(message);
    }

    pub(super) fn record_redriven(&self, queue: &str, messages: usize) {
        let mut state = self.0.borrow_mut();
        *state.redriven.entry(redrive_of(queue)).or_default() += messages;
    }

    /// The data of the match of this attempt, if it was published.
    pub(super) fn match_of(&self, request: &str, attempt: u32) -> Option<Value> {
        let key = (request.to_owned(), u64::from(attempt));
        self.0.borrow().matches.get(&key).cloned()
    }

    /// Adds the closes of the matches that were published since the last call.
    pub fn add_closes(&self, now: SystemTime, published: &[PublishedMessage]) {
        let searched = std::mem::replace(&mut self.0.borrow_mut().searched, published.len());
        for message in &published[searched..] {
            let event: Value = serde_json::from_str(&message.content.body).unwrap();
            if event["type"] == "request.matched" {
                self.add_closes_of(now, &event["data"]);
            }
        }
    }

    fn add_closes_of(&self, now: SystemTime, matched: &Value) {
        let id = matched["requestId"].as_str().unwrap();
        let number = matched["attempt"].as_u64().unwrap();
        let closes = {
            let mut state = self.0.borrow_mut();
            let key = (id.to_owned(), number);
            if state.matches.insert(key, matched.clone()).is_some() {
                return;
            }
            state.closes.clone()
        };
        for (delay, step) in closes {
            let Step::Close { request, attempt } = &step else {
                continue;
            };
            if id == request && number == u64::from(*attempt) {
                self.add(now + delay, step);
            }
        }
    }

    fn add(&self, at: SystemTime, step: Step) {
        let mut state = self.0.borrow_mut();
        state.added += 1;
        let key = (at, state.added);
        state.due.insert(key, step);
    }

    /// The moment of the next step.
    pub(super) fn next_at(&self) -> Option<SystemTime> {
        self.0.borrow().due.keys().next().map(|(at, _)| *at)
    }

    /// Takes the next step, if its moment has come.
    pub(super) fn take_due(&self, now: SystemTime) -> Option<Step> {
        let mut state = self.0.borrow_mut();
        let next = state.due.first_entry()?;
        (next.key().0 <= now).then(|| next.remove())
    }
}
