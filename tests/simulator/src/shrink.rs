//! Shrinking: makes a failing plan smaller for as long as it fails.

use std::time::Duration;

use super::plan::SimulationPlan;
use super::result::Failure;
use super::simulation::run;

/// How many smaller plans are tried at most.
const MAX_TRIES: usize = 200;

/// Returns the smallest failing plan that was found, and how it fails. After "Simplifying and isolating failure-inducing
/// input" (Zeller and Hildebrandt, 2002): parts are left out, large ones first.
pub fn shrink(plan: &SimulationPlan, failure: Failure) -> (SimulationPlan, Failure) {
    let mut best = (plan.clone(), failure);
    let mut tries = 0;
    let simplify: [fn(&mut SimulationPlan); 2] = [
        |plan| plan.max_clock_error = Duration::ZERO,
        |plan| plan.managed_instances = false,
    ];
    for simplify in simplify {
        let mut simpler = best.0.clone();
        simplify(&mut simpler);
        if let Some(failure) = run(&simpler).failure {
            best = (simpler, failure);
        }
    }
    loop {
        let size = best.0.steps.len() + best.0.faults.len();
        shrink_part(&mut best, &mut tries, |plan| &mut plan.faults);
        shrink_part(&mut best, &mut tries, |plan| &mut plan.steps);
        if best.0.steps.len() + best.0.faults.len() == size || tries >= MAX_TRIES {
            return best;
        }
    }
}

/// Tries to leave out a half of this part of the plan, then quarters, and so on.
fn shrink_part<T>(
    best: &mut (SimulationPlan, Failure),
    tries: &mut usize,
    part: impl Fn(&mut SimulationPlan) -> &mut Vec<T>,
) {
    let mut length = part(&mut best.0).len().max(1);
    while length > 0 {
        let mut start = 0;
        while start < part(&mut best.0).len() && *tries < MAX_TRIES {
            let mut smaller = best.0.clone();
            let elements = part(&mut smaller);
            elements.drain(start..elements.len().min(start + length));
            *tries += 1;
            match run(&smaller).failure {
                Some(failure) => *best = (smaller, failure),
                None => start += length,
            }
        }
        length /= 2;
    }
}
