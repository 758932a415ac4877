//! What everybody outside has to do, and what they did.

use std::cell::{Ref, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::messages::Message;
use super::plan::Act;
use super::sns::Published;

/// What is to be done, and what was.
pub struct Agenda {
    begin: SystemTime,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    due: BTreeMap<(SystemTime, usize), Act>,
    count: usize,
    /// After how long the match of which attempt is closed.
    closes: Vec<(Duration, Act)>,
    /// How many of the published events were looked at.
    followed: usize,
    matches: BTreeMap<(String, u64), Value>,
    sent: Vec<Message>,
    redriven: BTreeMap<String, usize>,
    over: bool,
}

/// What an operator does, by name.
pub(super) fn redriven(queue: &str) -> String {
    format!("redriven {queue}")
}

impl Agenda {
    /// Of these acts.
    pub fn new(begin: SystemTime, acts: &[(Duration, Act)]) -> Self {
        let (closes, acts): (Vec<_>, Vec<_>) = acts
            .iter()
            .cloned()
            .partition(|(_, act)| matches!(act, Act::Close { .. }));
        let state = State {
            closes,
            ..State::default()
        };
        let agenda = Self {
            begin,
            state: RefCell::new(state),
        };
        for (at, act) in acts {
            agenda.plan(begin + at, act);
        }
        agenda
    }

    /// What was sent so far.
    pub fn sent(&self) -> Ref<'_, [Message]> {
        Ref::map(self.state.borrow(), |state| &*state.sent)
    }

    /// How many messages were put back from which queue.
    pub fn redriven(&self) -> BTreeMap<String, usize> {
        self.state.borrow().redriven.clone()
    }

    /// How long the world has stood.
    pub fn since_begin(&self, now: SystemTime) -> Duration {
        now.duration_since(self.begin).unwrap()
    }

    pub(super) fn is_over(&self) -> bool {
        self.state.borrow().over
    }

    pub(super) fn end(&self) {
        self.state.borrow_mut().over = true;
    }

    pub(super) fn note_sent(&self, sent: Message) {
        self.state.borrow_mut().sent.push(sent);
    }

    pub(super) fn note_redriven(&self, queue: &str, messages: usize) {
        let mut state = self.state.borrow_mut();
        *state.redriven.entry(redriven(queue)).or_default() += messages;
    }

    /// What was published of the match of this attempt.
    pub(super) fn matched(&self, request: &str, attempt: u32) -> Option<Value> {
        let key = (request.to_owned(), u64::from(attempt));
        self.state.borrow().matches.get(&key).cloned()
    }

    /// Follows what is published: whoever wanted to close a match, does so a while after it.
    pub(super) fn follow(&self, now: SystemTime, published: &[Published]) {
        let followed = std::mem::replace(&mut self.state.borrow_mut().followed, published.len());
        for event in &published[followed..] {
            let event: Value = serde_json::from_str(&event.body).unwrap();
            if event["type"] == "request.matched" {
                self.follow_match(now, &event["data"]);
            }
        }
    }

    fn follow_match(&self, now: SystemTime, data: &Value) {
        let (id, number) = (&data["requestId"], data["attempt"].as_u64().unwrap());
        let key = (id.as_str().unwrap().to_owned(), number);
        let closes = {
            let mut state = self.state.borrow_mut();
            if state.matches.insert(key, data.clone()).is_some() {
                return;
            }
            state.closes.clone()
        };
        for (later, act) in closes {
            let Act::Close { request, attempt } = &act else {
                continue;
            };
            if *id == **request && number == u64::from(*attempt) {
                self.plan(now + later, act);
            }
        }
    }

    fn plan(&self, at: SystemTime, act: Act) {
        let mut state = self.state.borrow_mut();
        state.count += 1;
        let key = (at, state.count);
        state.due.insert(key, act);
    }

    pub(super) fn next(&self) -> Option<SystemTime> {
        self.state.borrow().due.keys().next().map(|(at, _)| *at)
    }

    pub(super) fn take(&self, now: SystemTime) -> Option<Act> {
        let mut state = self.state.borrow_mut();
        let due = state.due.first_entry().filter(|entry| entry.key().0 <= now);
        due.map(std::collections::btree_map::OccupiedEntry::remove)
    }
}
