//! The world: one seeded, single-threaded simulation of everything, in virtual time.
//!
//! What is deployed runs here: the real handlers, `batch`, `aws` and the SDK's clients. Around them stand fakes of
//! the outside, which promise what AWS documents and no more: [`sqs`], [`sns`] and, in [`support::fakes`], the functions'
//! tables. A [`plan::Plan`] drawn from a seed says what comes in and what goes wrong; after every step a
//! [`checker::Checker`], which shares no code with the product, holds what was sent, published, stored and texted
//! against the invariants of docs/understand/guarantees.md. Then the faults stop, and the world must come to rest.

#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "what is wrong here has to fail a test"
)]

pub mod agenda;
pub mod aws;
pub mod checker;
pub mod fault;
pub mod functions;
pub mod messages;
pub mod network;
pub mod outcome;
mod panics;
pub mod plan;
mod poison;
pub mod poller;
mod processes;
pub mod producer;
pub mod scenarios;
pub mod shrink;
pub mod sns;
pub mod sqs;
pub mod stored;
pub mod survey;
pub mod sweep;
pub mod time;
mod town;
pub mod weather;
pub mod wire;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use batch::Clock;
use serde_json::Value;

use crate::aws::Cloud;
use agenda::Agenda;
use checker::Checker;
use functions::{Functions, Tables};
use network::Network;
use outcome::{Outcome, Violation};
use plan::Plan;
use poller::Invocation;
use support::wiring::DEPLOYED;
use time::{Tasks, VirtualTime};
use wire::Aws;

/// The topic.
pub const TOPIC_ARN: &str = "arn:aws:sns:ap-northeast-2:000000000000:events.fifo";

/// How long a poller takes to look.
pub const POLLING: Duration = Duration::from_millis(30);

/// How many instances serve a queue at the same time.
const INSTANCES: usize = 2;

/// The longest that a world may take to come to rest once nothing goes wrong any more: every message can use up all of its
/// receives, half an hour apart.
const PATIENCE: Duration = Duration::from_hours(48);

/// A world.
pub struct World {
    pub(crate) network: Network,
    pub(crate) cloud: Cloud,
    pub(crate) functions: Functions,
    pub(crate) agenda: Agenda,
    checker: RefCell<Checker>,
    violation: RefCell<Option<String>>,
}

/// Runs a schedule, and says what came of it.
pub fn run(plan: &Plan) -> Outcome {
    panics::watch();
    let world = World::new(plan);
    let mut tasks = Tasks::default();
    tasks.add(producer::produce(Rc::clone(&world)));
    for mapping in &DEPLOYED.mappings {
        for _ in 0..mapping.concurrency.min(INSTANCES) {
            tasks.add(poller::serve(Rc::clone(&world), mapping));
        }
    }
    let ended = catch_unwind(AssertUnwindSafe(|| {
        tasks.run(&world.network.time, || world.step());
        world.rest();
    }));
    if ended.is_err() {
        world.violation(panics::last());
    }
    world.outcome()
}

impl World {
    fn new(plan: &Plan) -> Rc<Self> {
        // 1 March 2026, when producers send.
        let begin = SystemTime::UNIX_EPOCH + Duration::from_hours(492_312);
        let time = VirtualTime::new(begin);
        let network = Network::new(time, plan.seed, plan.faults.clone());
        let cloud = Cloud::new(network.clone(), Aws::deployed(plan.receives));
        let functions = Functions {
            config: cloud.config(),
            network: network.clone(),
            tables: Tables::new(&network),
            clock_error: plan.clock_error,
        };
        Rc::new(Self {
            agenda: Agenda::new(begin, &plan.acts),
            network,
            cloud,
            functions,
            checker: RefCell::new(Checker::new(plan.clock_error)),
            violation: RefCell::default(),
        })
    }

    /// After every step: whether that is enough.
    fn step(&self) -> bool {
        let mut checker = self.checker.borrow_mut();
        if let Err(violation) = panics::none().and_then(|()| checker.step(self)) {
            self.violation(violation);
        }
        let now = self.network.time.now();
        let published = self.cloud.aws();
        self.agenda.follow(now, published.topic.published());
        self.violation.borrow().is_some() || self.agenda.is_over()
    }

    /// Something holds no longer; the first counts.
    pub(crate) fn violation(&self, what: String) {
        self.violation.borrow_mut().get_or_insert(what);
    }

    /// Lambda got this answer.
    pub(crate) fn answered(&self, invocation: &Invocation<'_>, answer: &Value) {
        let checked = self.checker.borrow().answered(self, invocation, answer);
        if let Err(violation) = checked {
            self.violation(violation);
        }
    }

    /// The end: whatever broke before makes the rest meaningless.
    fn rest(&self) {
        if self.violation.borrow().is_some() {
            return;
        }
        let checked = self.checker.borrow().rest(self);
        if let Err(violation) = checked {
            self.violation(violation);
        }
    }

    fn outcome(&self) -> Outcome {
        let calls = self.network.calls();
        let mut made = BTreeMap::new();
        for call in &calls {
            *made.entry(call.name).or_default() += 1;
        }
        let mut seen = self.checker.borrow().transitions(self);
        seen.extend(self.agenda.redriven());
        let violation = self.violation.borrow_mut().take();
        Outcome {
            calls: made,
            met: self.network.met(),
            seen,
            violation: violation.map(|what| Violation {
                what,
                at: self.agenda.since_begin(self.network.time.now()),
                last_calls: calls[calls.len().saturating_sub(25)..].to_vec(),
            }),
        }
    }
}
