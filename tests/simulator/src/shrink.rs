//! A failing schedule, made smaller for as long as it fails.

use std::time::Duration;

use super::outcome::Violation;
use super::plan::Plan;
use super::run;

/// How many schedules are tried at most.
const TRIES: usize = 200;

/// The smallest schedule found that fails, and how. After "Simplifying and isolating failure-inducing input" (Zeller and
/// Hildebrandt, 2002): parts are left out, large ones first.
pub fn shrink(plan: &Plan, violation: Violation) -> (Plan, Violation) {
    let mut best = (plan.clone(), violation);
    let mut tries = 0;
    let exact = Plan {
        clock_error: Duration::ZERO,
        ..plan.clone()
    };
    if let Some(violation) = run(&exact).violation {
        best = (exact, violation);
    }
    loop {
        let size = best.0.acts.len() + best.0.faults.len();
        smaller(&mut best, &mut tries, |plan| &mut plan.faults);
        smaller(&mut best, &mut tries, |plan| &mut plan.acts);
        if best.0.acts.len() + best.0.faults.len() == size || tries >= TRIES {
            return best;
        }
    }
}

fn smaller<T>(
    best: &mut (Plan, Violation),
    tries: &mut usize,
    part: impl Fn(&mut Plan) -> &mut Vec<T>,
) {
    let mut length = part(&mut best.0).len().max(1);
    while length > 0 {
        let mut at = 0;
        while at < part(&mut best.0).len() && *tries < TRIES {
            let mut plan = best.0.clone();
            let all = part(&mut plan);
            all.drain(at..all.len().min(at + length));
            *tries += 1;
            match run(&plan).violation {
                Some(violation) => *best = (plan, violation),
                None => at += length,
            }
        }
        length /= 2;
    }
}
