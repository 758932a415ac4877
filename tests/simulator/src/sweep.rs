//! The crash sweep: runs each scenario again and again, with every fault at every one of its calls to the outside. After the
//! tests of omicron's sagas, which fail and repeat each node in turn.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::{iter, thread};

use super::faults::PlannedFault;
use super::scenarios::Scenario;
use super::simulation::run;
use support::fakes::Fault;

/// An error and a conflict before the call took effect, an error after it, a crash before and after, a repeat, no answer at
/// all, and a panic.
const FAULTS: [Fault; 8] = [
    Fault::Refused,
    Fault::Contended,
    Fault::TimedOutAfter,
    Fault::KilledBefore,
    Fault::KilledAfter,
    Fault::Repeated,
    Fault::Hangs,
    Fault::Panics,
];

/// The result of sweeping a scenario.
#[derive(Debug)]
pub struct SweptScenario {
    /// The scenario's name.
    pub scenario: &'static str,
    /// How many cases were run: one for each fault at each call.
    pub cases: usize,
    /// The names of the calls.
    pub calls: Vec<&'static str>,
}

/// Sweeps these scenarios on every core.
pub fn sweep_all(scenarios: &[Scenario]) -> Result<Vec<SweptScenario>, String> {
    let next = AtomicUsize::new(0);
    let sweep_rest = || {
        let next_scenario = || scenarios.get(next.fetch_add(1, Ordering::Relaxed));
        iter::from_fn(next_scenario).map(sweep).collect::<Vec<_>>()
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(sweep_rest)).collect();
        let swept = workers.into_iter().flat_map(|worker| worker.join().unwrap());
        swept.collect()
    })
}

/// Runs a scenario once undisturbed, then once for each fault at each of its calls.
fn sweep(scenario: &Scenario) -> Result<SweptScenario, String> {
    let name = scenario.name;
    let undisturbed = run(&scenario.plan);
    if let Some(failure) = undisturbed.failure {
        return Err(format!("\"{name}\" fails without a fault: {failure}"));
    }
    let observations = undisturbed.coverage.observations;
    let mut expected = scenario.shows.iter();
    if let Some(missing) = expected.find(|name| !observations.contains_key(**name)) {
        return Err(format!("\"{name}\" shows no {missing:?}: {observations:?}"));
    }
    let calls = undisturbed.coverage.calls;
    let count: usize = calls.values().sum();
    for call in 0..count {
        for fault in FAULTS {
            let mut plan = scenario.plan.clone();
            plan.faults.push(PlannedFault::AtCall(call, fault));
            let disturbed = run(&plan);
            if let Some(failure) = disturbed.failure {
                return Err(format!("\"{name}\", {fault} at call {call}: {failure}"));
            }
            if disturbed.coverage.calls.values().sum::<usize>() <= call {
                return Err(format!("\"{name}\" with {fault} has no call {call}"));
            }
        }
    }
    Ok(SweptScenario {
        scenario: name,
        cases: count * FAULTS.len(),
        calls: calls.into_keys().collect(),
    })
}
