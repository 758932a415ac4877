//! The crash sweep: whatever happens in a scenario, at every call to the outside, everything that can happen to a call.
//! After omicron's sagas, whose tests fail and repeat each node in turn.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::{iter, thread};

use super::fault::Planned;
use super::run;
use super::scenarios::Scenario;
use support::fakes::Fault;

/// What happens to a call: an error and a conflict before it took effect, an error after it, a crash before and after, a repeat,
/// no answer at all, and a panic.
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

/// What came of a sweep.
#[derive(Debug)]
pub struct Swept {
    /// Of which scenario.
    pub scenario: &'static str,
    /// How many cases there were.
    pub cases: usize,
    /// The calls at which something went wrong, by name.
    pub calls: Vec<&'static str>,
}

/// Sweeps all of these, on every core.
pub fn sweep_all(scenarios: &[Scenario]) -> Result<Vec<Swept>, String> {
    let next = AtomicUsize::new(0);
    let work = || {
        let turn = || scenarios.get(next.fetch_add(1, Ordering::Relaxed));
        iter::from_fn(turn).map(sweep).collect::<Vec<_>>()
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let swept = workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap());
        swept.collect()
    })
}

/// Runs a scenario once undisturbed, then once for each fault at each of its calls.
fn sweep(scenario: &Scenario) -> Result<Swept, String> {
    let name = scenario.name;
    let undisturbed = run(&scenario.plan);
    if let Some(violation) = undisturbed.violation {
        return Err(format!("{name}: {violation}"));
    }
    let shows = scenario.shows.iter();
    let mut missed = shows.filter(|what| !undisturbed.seen.contains_key(**what));
    if let Some(missed) = missed.next() {
        return Err(format!(
            "{name}: does not show {missed}, but {:?}",
            undisturbed.seen
        ));
    }
    let calls: usize = undisturbed.calls.values().sum();
    for call in 0..calls {
        for fault in FAULTS {
            let mut plan = scenario.plan.clone();
            plan.faults.push(Planned::At(call, fault));
            let disturbed = run(&plan);
            if let Some(violation) = disturbed.violation {
                return Err(format!("{name}: call {call}, {fault:?}: {violation}"));
            }
            if disturbed.calls.values().sum::<usize>() <= call {
                return Err(format!("{name}: call {call} was never made"));
            }
        }
    }
    Ok(Swept {
        scenario: name,
        cases: calls * FAULTS.len(),
        calls: undisturbed.calls.into_keys().collect(),
    })
}
