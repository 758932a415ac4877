//! One simulation: the deployed functions, fakes of all that they call, and the checker, on one thread in virtual time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use batch::Clock;
use serde_json::Value;

use super::aws_endpoint::AwsEndpoint;
use super::checker::{Checker, Violation};
use super::coverage::Coverage;
use super::event_source_mapping::{self, Invocation};
use super::faults::faulty_network::FaultyNetwork;
use super::functions::{Functions, Tables};
use super::panics;
use super::plan::SimulationPlan;
use super::result::{Failure, SimulationResult};
use super::task_schedule;
use super::time::Executor;
use super::wire::FakeAws;
use super::workload::driver;
use super::workload::schedule::StepSchedule;
use support::wiring::DEPLOYED;

/// The most batches of a queue that are handled at the same time.
const MAX_INVOCATIONS: usize = 2;

/// How many calls before a violation are reported.
pub const LAST_CALLS: usize = 25;

/// One simulation.
pub struct Simulation {
    pub(crate) network: FaultyNetwork,
    pub(crate) aws: AwsEndpoint,
    pub(crate) functions: Functions,
    pub(crate) schedule: StepSchedule,
    checker: RefCell<Checker>,
    /// The first violation.
    violation: RefCell<Option<Violation>>,
}

/// Carries out a plan.
pub fn run(plan: &SimulationPlan) -> SimulationResult {
    panics::watch();
    let simulation = Simulation::new(plan);
    let mut executor = Executor::default();
    executor.spawn(driver::run(Rc::clone(&simulation)));
    for mapping in &DEPLOYED.mappings {
        let shared = Rc::default();
        for _ in 0..mapping.concurrency.min(MAX_INVOCATIONS) {
            let warm = if plan.managed_instances {
                Rc::clone(&shared)
            } else {
                Rc::default()
            };
            executor.spawn(event_source_mapping::run(Rc::clone(&simulation), mapping, warm));
        }
    }
    executor.spawn(task_schedule::run(Rc::clone(&simulation)));
    let ended = catch_unwind(AssertUnwindSafe(|| {
        executor.run(&simulation.network.time, || simulation.after_step());
        simulation.check_final_state();
    }));
    if ended.is_err() {
        simulation.fail(panics::fatal());
    }
    simulation.result()
}

impl Simulation {
    fn new(plan: &SimulationPlan) -> Rc<Self> {
        let network = FaultyNetwork::new(plan.seed, plan.faults.clone());
        let tables = Tables::new(&network);
        if plan.seed.is_multiple_of(2) {
            tables.statistics.used_before();
        }
        let aws = AwsEndpoint::new(network.clone(), FakeAws::deployed(plan.max_receives));
        let functions = Functions {
            config: aws.config(),
            network: network.clone(),
            tables,
            max_receives: plan.max_receives,
            clock_error: plan.max_clock_error,
        };
        Rc::new(Self {
            schedule: StepSchedule::new(network.time.now(), &plan.steps),
            network,
            aws,
            functions,
            checker: RefCell::new(Checker::new(plan.max_clock_error)),
            violation: RefCell::default(),
        })
    }

    /// Checks the guarantees after a step of any task. Returns whether the simulation is over.
    fn after_step(&self) -> bool {
        let mut checker = self.checker.borrow_mut();
        if let Err(violation) = panics::check().and_then(|()| checker.after_step(self)) {
            self.fail(violation);
        }
        let now = self.network.time.now();
        self.schedule.add_closes(now, self.aws.lock().topic.published());
        self.violation.borrow().is_some() || self.schedule.is_finished()
    }

    /// Reports a violation; the first one counts.
    pub(crate) fn fail(&self, violation: Violation) {
        self.violation.borrow_mut().get_or_insert(violation);
    }

    /// Checks a function's answer to an invocation.
    pub(crate) fn check_answer(&self, invocation: &Invocation<'_>, answer: &Value) {
        let checked = self.checker.borrow().answered(self, invocation, answer);
        if let Err(violation) = checked {
            self.fail(violation);
        }
    }

    /// Checks the final state, which means nothing after a violation.
    fn check_final_state(&self) {
        if self.violation.borrow().is_some() {
            return;
        }
        let checked = self.checker.borrow().final_state(self);
        if let Err(violation) = checked {
            self.fail(violation);
        }
    }

    fn result(&self) -> SimulationResult {
        let calls = self.network.calls();
        let mut counts = BTreeMap::new();
        for call in &calls {
            *counts.entry(call.name).or_default() += 1;
        }
        let mut observations = self.checker.borrow().observations(self);
        observations.extend(self.schedule.redriven());
        let violation = self.violation.borrow_mut().take();
        let failure = violation.map(|violation| Failure {
            violation,
            at: self.network.time.now(),
            last_calls: calls[calls.len().saturating_sub(LAST_CALLS)..].to_vec(),
        });
        let coverage = Coverage {
            simulations: 1,
            calls: counts,
            faults: self.network.fault_counts(),
            observations,
        };
        SimulationResult { coverage, failure }
    }
}
