//! The crash sweep: whatever happens in a scenario, at every call to the outside, everything that can happen to a call.
//! After omicron's sagas, whose tests fail and repeat each node in turn.

use super::fault::Planned;
use super::run;
use super::scenarios::Scenario;
use crate::twins::line::Fault;

/// What happens to a call: an error before and one after it took effect, a crash before and after, a repeat, and no answer
/// at all. Where nobody else is at work, a conflict is an error like any other.
const FAULTS: [Fault; 6] = [
    Fault::Refused,
    Fault::TimedOutAfter,
    Fault::KilledBefore,
    Fault::KilledAfter,
    Fault::Repeated,
    Fault::Hangs,
];

/// Runs a scenario once undisturbed, then once for each fault at each of its calls, and gives the number of cases.
pub fn sweep(scenario: &Scenario) -> Result<usize, String> {
    let name = scenario.name;
    let undisturbed = run(&scenario.plan);
    if let Some(violation) = undisturbed.violation {
        return Err(format!("{name}: {violation}"));
    }
    let shows = scenario.shows.iter();
    let mut missed = shows.filter(|what| !undisturbed.transitions.contains_key(**what));
    if let Some(missed) = missed.next() {
        return Err(format!(
            "{name}: does not show {missed}, but {:?}",
            undisturbed.transitions
        ));
    }
    for call in 0..undisturbed.calls {
        for fault in FAULTS {
            let mut plan = scenario.plan.clone();
            plan.faults.push(Planned::At(call, fault));
            let disturbed = run(&plan);
            if let Some(violation) = disturbed.violation {
                return Err(format!("{name}: call {call}, {fault:?}: {violation}"));
            }
            if disturbed.met.is_empty() {
                return Err(format!("{name}: call {call} was never made"));
            }
        }
    }
    Ok(undisturbed.calls * FAULTS.len())
}
