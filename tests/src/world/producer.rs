//! Everybody outside: producers, customers and operators, each at the time that the schedule says.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use batch::Clock;
use serde_json::{Value, json};

use super::plan::{Act, REDRIVEN, STORM};
use super::sns::Published;
use super::sqs::Outgoing;
use super::{PATIENCE, World, messages, wire};

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
    sent: Vec<Sent>,
    over: bool,
}

/// A message that a queue took in.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Its body.
    pub body: String,
    /// Whether it can never succeed.
    pub poison: bool,
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
    pub fn sent(&self) -> Vec<Sent> {
        self.state.borrow().sent.clone()
    }

    /// How long the world has stood.
    pub fn since_begin(&self, now: SystemTime) -> Duration {
        now.duration_since(self.begin).unwrap()
    }

    pub(super) fn is_over(&self) -> bool {
        self.state.borrow().over
    }

    /// Follows what is published: whoever wanted to close a match, does so a while after it.
    pub(super) fn follow(&self, now: SystemTime, published: &[Published]) {
        let followed = std::mem::replace(&mut self.state.borrow_mut().followed, published.len());
        for event in &published[followed..] {
            let event: Value = serde_json::from_str(&event.body).unwrap();
            if event["type"] == "request.matched" {
                self.matched(now, &event["data"]);
            }
        }
    }

    fn matched(&self, now: SystemTime, data: &Value) {
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

    fn next(&self) -> Option<SystemTime> {
        self.state.borrow().due.keys().next().map(|(at, _)| *at)
    }

    fn take(&self, now: SystemTime) -> Option<Act> {
        let mut state = self.state.borrow_mut();
        let due = state.due.first_entry().filter(|entry| entry.key().0 <= now);
        due.map(std::collections::btree_map::OccupiedEntry::remove)
    }
}

/// Does all of it; then lets the storm end, and waits until all is at rest.
pub async fn produce(world: Rc<World>) {
    let time = &world.network.time;
    let end = time.now() + STORM;
    while time.now() < end {
        while let Some(act) = world.agenda.take(time.now()) {
            perform(&world, &act);
        }
        let next = world.agenda.next().map_or(end, |next| next.min(end));
        world.cloud.ring_or(Some(next)).await;
    }
    world.network.calm();
    let patience = time.now() + PATIENCE;
    loop {
        while let Some(act) = world.agenda.take(time.now()) {
            perform(&world, &act);
        }
        let quiet = world.agenda.next().is_none() && world.cloud.aws().sqs.is_quiet();
        if quiet && !REDRIVEN.iter().any(|queue| redrive(&world, queue)) {
            break;
        }
        if time.now() > patience {
            world.violation("it does not come to rest".to_owned());
            break;
        }
        time.sleep(Duration::from_secs(5)).await;
    }
    world.agenda.state.borrow_mut().over = true;
}

fn perform(world: &World, act: &Act) {
    match act {
        Act::Send {
            queue,
            group,
            body,
            poison,
        } => send(world, queue, group, body, *poison),
        Act::Redrive(queue) => {
            redrive(world, queue);
        }
        Act::Close { request, attempt } => {
            let key = (request.clone(), u64::from(*attempt));
            let data = world.agenda.state.borrow().matches.get(&key).cloned();
            let Some(data) = data else { return };
            let (request, match_id) = (&data["requestId"], &data["matchId"]);
            let body = json!({ "requestId": request, "matchId": match_id });
            let id = format!("close-{}", world.network.draw(usize::MAX));
            let body = messages::envelope(&id, "match.closed", &body);
            let group = data["customer"]["id"].as_str().unwrap();
            send(world, "intake.fifo", group, &body, false);
        }
    }
}

fn send(world: &World, queue: &'static str, group: &str, body: &str, poison: bool) {
    let message = Outgoing {
        body: body.to_owned(),
        group: Some(group.to_owned()),
        deduplication_id: None,
        attributes: BTreeMap::new(),
    };
    let now = world.network.time.now();
    world.cloud.aws().sqs.send(now, queue, message).unwrap();
    world.cloud.ring();
    let sent = Sent {
        body: body.to_owned(),
        poison,
    };
    world.agenda.state.borrow_mut().sent.push(sent);
}

/// An operator puts back what lies there: whether there was anything.
fn redrive(world: &World, queue: &str) -> bool {
    let now = world.network.time.now();
    let moved = {
        let mut aws = world.cloud.aws();
        if queue == "undelivered.fifo" {
            republish(&mut aws, now)
        } else {
            aws.sqs.redrive(now, queue)
        }
    };
    world.cloud.ring();
    moved > 0
}

/// What lies in `undelivered` is published again, with a fresh deduplication id.
fn republish(aws: &mut wire::Aws, now: SystemTime) -> usize {
    let mut published = BTreeSet::new();
    loop {
        let messages = aws.sqs.receive(now, "undelivered.fifo", 10, &mut |_| 0);
        if messages.is_empty() {
            return published.len();
        }
        for message in messages {
            let id = format!("again-{}", message.message_id);
            aws.republish(now, &message, &id);
            let deleted = aws
                .sqs
                .delete(now, "undelivered.fifo", &message.receipt_handle);
            deleted.unwrap();
            published.insert(message.message_id);
        }
    }
}
